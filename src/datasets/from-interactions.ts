import { hash } from 'node:crypto';
import type { DatasetMessage, ItemsFromFilter } from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import { findInteraction } from '../interactions/find.ts';
import { type ListQuestion, listInteractions } from '../interactions/list.ts';
import type { StoredInteraction } from '../interactions/stored-row.ts';
import type { Queryable } from '../store/database.ts';
import { type ItemContent, itemContents } from './item-content.ts';
import { conversationIn } from './read-conversation.ts';

export interface FoundItems {
  readonly items: readonly ItemContent[];
  readonly matched: number;
  readonly withoutText: number;
}

const PAGE_ROWS = 200;
/** A sample is drawn from at most this many matches. */
export const SAMPLED_FROM = 20_000;

/**
 * Items of the calls that match a filter of the list. A sample takes the calls whose id hashes lowest with the seed:
 * the same seed and calls give the same sample, and every call is as likely as any other.
 */
export async function itemsFromFilter(
  db: Queryable,
  question: Pick<ListQuestion, 'projectId' | 'range' | 'filters'>,
  wish: Pick<ItemsFromFilter, 'count' | 'pick' | 'seed' | 'reference'> & { monotonic(): number },
): Promise<FoundItems> {
  const most = wish.pick === 'newest' ? wish.count : SAMPLED_FROM;
  const matches: StoredInteraction[] = [];
  let cursor: string | undefined;
  while (matches.length < most) {
    const limit = Math.min(PAGE_ROWS, most - matches.length);
    const page = await listInteractions(db, { ...question, limit, cursor }, wish.monotonic);
    matches.push(...page.rows);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  const taken = wish.pick === 'newest' ? matches : sample(matches, wish);
  const found = await itemsOf(db, taken, wish.reference);
  return { ...found, matched: matches.length };
}

function sample(
  rows: readonly StoredInteraction[],
  { seed, count }: { readonly seed: string; readonly count: number },
): StoredInteraction[] {
  return rows
    .map((row) => ({ row, place: hash('sha256', `${seed} ${row.id}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .slice(0, count)
    .map(({ row }) => row);
}

/** Items of the named calls, in the order of the ids. Throws `not_found` that names a call which is not there. */
export async function itemsFromInteractions(
  db: Queryable,
  of: { readonly projectId: string; readonly ids: readonly string[] },
  reference: ItemsFromFilter['reference'],
): Promise<FoundItems> {
  const rows: StoredInteraction[] = [];
  for (const id of new Set(of.ids)) {
    const row = await findInteraction(db, { projectId: of.projectId, id });
    if (row === null) throw new AppError('not_found', `There is no interaction ${id}.`);
    rows.push(row);
  }
  const found = await itemsOf(db, rows, reference);
  return { ...found, matched: rows.length };
}

interface BodyRow {
  readonly interaction_id: string;
  readonly request_body: string | null;
  readonly prompt_text: string | null;
  readonly response_text: string | null;
  readonly context: readonly unknown[];
}

async function itemsOf(
  db: Queryable,
  rows: readonly StoredInteraction[],
  reference: ItemsFromFilter['reference'],
): Promise<Omit<FoundItems, 'matched'>> {
  const found: Given[] = [];
  for (let at = 0; at < rows.length; at += PAGE_ROWS) {
    const page = rows.slice(at, at + PAGE_ROWS);
    const bodies = await bodiesOf(db, page);
    found.push(...page.flatMap((row) => itemOf(row, bodies.get(row.id), reference) ?? []));
  }
  return { items: itemContents(found), withoutText: rows.length - found.length };
}

type Given = Parameters<typeof itemContents>[0][number];

function itemOf(
  row: StoredInteraction,
  body: BodyRow | undefined,
  reference: ItemsFromFilter['reference'],
): Given | null {
  const messages = body === undefined ? null : messagesOf(body);
  if (body === undefined || messages === null) return null;
  return {
    // One call stands for one item, whatever other calls asked the same.
    key: row.id,
    messages,
    reference: reference === 'answer' ? body.response_text : null,
    context: body.context.filter((passage) => typeof passage === 'string'),
    metadata: { ...row.metadata, ...(row.model === null ? {} : { model: row.model }) },
    interactionId: row.id,
  };
}

async function bodiesOf(
  db: Queryable,
  rows: readonly StoredInteraction[],
): Promise<ReadonlyMap<string, BodyRow>> {
  const times = rows.map(({ created_at: at }) => at.getTime());
  const found = await db.query<BodyRow>(
    `select interaction_id, case when request_encoding = 'utf8' then request_body end as request_body,
            prompt_text, response_text, context
     from interaction_bodies
     where created_at >= $1 and created_at < $2 and interaction_id = any($3::uuid[])`,
    [new Date(Math.min(...times)), new Date(Math.max(...times) + 1000), rows.map(({ id }) => id)],
  );
  return new Map(found.map((row) => [row.interaction_id, row]));
}

/** The whole conversation where all of it is recorded text, else its last question alone; null without any text. */
function messagesOf(body: BodyRow): DatasetMessage[] | null {
  const whole = body.request_body === null ? null : conversationIn(body.request_body);
  if (whole !== null) return whole;
  const text = body.prompt_text?.trim() ?? '';
  return text === '' ? null : [{ role: 'user', content: text }];
}
