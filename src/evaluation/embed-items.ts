import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import { cosineOf, semanticSimilarity } from '../evaluators/semantic-similarity.ts';
import type { AskEmbeddings } from './ask-embeddings.ts';
import { isSampled } from './sample.ts';
import type { ScoreItem, ScoreItems } from './scorer.ts';
import type { SettingsDirectory } from './settings.ts';

export interface EmbedDeps {
  readonly askEmbeddings: AskEmbeddings;
  readonly model: string;
  readonly settings: SettingsDirectory;
  readonly log: Log;
}

/** Prompts and answers of this many items are asked about in one call. */
const ITEMS_AT_ONCE = 16;
const READ_CHARACTERS = 6_000;
const TIMEOUT_MS = 10_000;

/**
 * Asks the embedding model about prompts and answers before they are scored, so that `semantic_similarity` goes by
 * meaning. When the model does not answer, the rest of the batch goes by words, and its scores say so.
 */
export function embedFirst(deps: EmbedDeps, score: ScoreItems): ScoreItems {
  return async (items) => score(await embedAll(deps, items));
}

async function embedAll(deps: EmbedDeps, items: readonly ScoreItem[]): Promise<ScoreItem[]> {
  const result = [...items];
  const wanted = [...items.keys()].filter((at) => isWanted(deps, items[at]));
  const projects = Map.groupBy(wanted, (at) => items[at]?.projectId ?? '');
  for (const [projectId, places] of projects) {
    try {
      for (let from = 0; from < places.length; from += ITEMS_AT_ONCE) {
        await embedSome(
          deps,
          { projectId, places: places.slice(from, from + ITEMS_AT_ONCE) },
          result,
        );
      }
    } catch (thrown) {
      deps.log.warn({ err: asError(thrown) }, 'similarity goes by words: no embeddings');
    }
  }
  return result;
}

/** Where the evaluator is off, not asked, or has nothing to compare, no call is made. */
function isWanted({ settings }: EmbedDeps, item: ScoreItem | undefined): boolean {
  if (item === undefined) return false;
  const { id } = semanticSimilarity;
  const { prompt, answer, callsTools } = item.subject;
  if (item.only?.includes(id) === false || item.without?.includes(id) === true) return false;
  const { enabled, sampleRate } = settings.of(item.projectId, id);
  if (!enabled || !isSampled(item.interactionId, id, sampleRate)) return false;
  return !callsTools && (prompt ?? '').trim() !== '' && answer.trim() !== '';
}

async function embedSome(
  { askEmbeddings, model }: EmbedDeps,
  { projectId, places }: { readonly projectId: string; readonly places: readonly number[] },
  items: ScoreItem[],
): Promise<void> {
  const texts = places.flatMap((at) => {
    const { prompt = '', answer = '' } = items[at]?.subject ?? {};
    return [prompt ?? '', answer].map((text) => text.slice(0, READ_CHARACTERS).toWellFormed());
  });
  const vectors = await askEmbeddings({ projectId, model, texts, timeoutMs: TIMEOUT_MS });
  for (const [index, at] of places.entries()) {
    const item = items[at];
    const cosine = cosineOf(vectors[2 * index] ?? [], vectors[2 * index + 1] ?? []);
    if (item === undefined || cosine === null) continue;
    items[at] = { ...item, subject: { ...item.subject, embedded: { cosine, model } } };
  }
}
