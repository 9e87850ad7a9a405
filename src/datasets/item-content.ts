import { hash } from 'node:crypto';
import type { DatasetMessage, NewDatasetItem } from '../contract/datasets.ts';

/** An item before it has a place in a dataset. */
export interface ItemContent {
  /** Names the question over versions. */
  readonly key: string;
  /** SHA-256 of everything below. */
  readonly contentHash: string;
  readonly messages: readonly DatasetMessage[];
  readonly reference: string | null;
  readonly context: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly interactionId: string | null;
}

const KEY_LENGTH = 24;

/**
 * Items as they are stored. An item without a key is named by its question, so that a corrected reference is still
 * the same question; of several with the same question the later ones get `#2`, `#3` …, in order.
 */
export function itemContents(
  items: readonly (NewDatasetItem & { readonly interactionId?: string })[],
): ItemContent[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const { reference = null, context = [], variables = {}, metadata = {} } = item;
    const messages = item.messages ?? [{ role: 'user' as const, content: item.input ?? '' }];
    const parts = { messages, reference, context, variables, metadata };
    return {
      ...parts,
      key: item.key ?? keyOf(parts, seen),
      contentHash: hash('sha256', JSON.stringify(sorted(parts))),
      interactionId: item.interactionId ?? null,
    };
  });
}

type Parts = Pick<ItemContent, 'messages' | 'context' | 'variables' | 'reference' | 'metadata'>;

function keyOf({ messages, context, variables }: Parts, seen: Map<string, number>): string {
  const question = JSON.stringify([texts(messages), context, entries(variables)]);
  const key = hash('sha256', question).slice(0, KEY_LENGTH);
  const count = (seen.get(key) ?? 0) + 1;
  seen.set(key, count);
  return count === 1 ? key : `${key}#${count}`;
}

function sorted({ messages, reference, context, variables, metadata }: Parts): unknown {
  return [texts(messages), reference, context, entries(variables), entries(metadata)];
}

function texts(messages: Parts['messages']): unknown {
  return messages.map(({ role, content }) => [role, content]);
}

function entries(record: Readonly<Record<string, string>>): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
