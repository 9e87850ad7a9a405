import type { Encode } from './tokenizer.ts';

const SPACE = '\u2581';
/** Far below every piece's score, so that unknown characters are the last resort. */
const UNKNOWN_PENALTY = 10;

/** The most likely way to cut a text into pieces, by dynamic programming (Kudo 2018, Subword Regularization). */
export function unigram({
  vocab,
  unk_id,
}: {
  readonly vocab: readonly (readonly [piece: string, score: number])[];
  readonly unk_id: number | null;
}): Encode {
  const pieces = new Map(vocab.map(([piece, score], id) => [piece, { id, score }]));
  const longest = vocab.reduce((most, [piece]) => Math.max(most, piece.length), 1);
  const lowest = vocab.reduce((least, [, score]) => Math.min(least, score), 0) - UNKNOWN_PENALTY;
  const unknown = unk_id ?? 0;
  const vocabulary = { pieces, longest, lowest, unknown };
  return (text) =>
    bestCut(SPACE + text.normalize('NFKC').trim().replace(/\s+/gu, SPACE), vocabulary);
}

interface Vocabulary {
  readonly pieces: ReadonlyMap<string, { readonly id: number; readonly score: number }>;
  readonly longest: number;
  /** Of an unknown character. */
  readonly lowest: number;
  readonly unknown: number;
}

/** How the best cut of a text up to some place ends. */
interface Step {
  readonly score: number;
  readonly start: number;
  readonly id: number;
}

function bestCut(text: string, vocabulary: Vocabulary): number[] {
  const steps: Step[] = [{ score: 0, start: 0, id: vocabulary.unknown }];
  for (let end = 1; end <= text.length; end += 1) steps.push(bestStep(text, steps, vocabulary));
  const ids: number[] = [];
  for (let at = text.length; at > 0; ) {
    const { start, id } = steps[at] ?? { start: at - 1, id: vocabulary.unknown };
    ids.push(id);
    at = start;
  }
  return ids.reverse();
}

/** The best of the pieces that end where the steps end so far. */
function bestStep(
  text: string,
  steps: readonly Step[],
  { pieces, longest, lowest, unknown }: Vocabulary,
): Step {
  const end = steps.length;
  let best: Step = { score: (steps[end - 1]?.score ?? 0) + lowest, start: end - 1, id: unknown };
  for (let start = Math.max(0, end - longest); start < end; start += 1) {
    const known = pieces.get(text.slice(start, end));
    if (known === undefined) continue;
    const score = (steps[start]?.score ?? 0) + known.score;
    if (score > best.score) best = { score, start, id: known.id };
  }
  return best;
}
