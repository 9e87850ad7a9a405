import { isNegator } from '../text/negators.ts';
import { scanUnits, type Unit } from '../text/scan-units.ts';
import type { Sentence } from '../text/sentences.ts';
import { weightOf } from '../text/word-weights.ts';
import type { Passages } from './passages.ts';

/** Units above this weight tell what a sentence is about. */
export const TELLING = 0.4;
/** Missing units above this weight are rare words. */
const RARE = 0.6;
/** Two units of the passages stand together when they are this close, in units. */
const NEAR = 5;
const SHORTEST_COPY = 3;
/** Rounded numbers are fine; years and small numbers are not rounded. */
const ROUNDING = 0.005;
const SMALLEST_ROUNDED = 1_000;
const YEARS = [1500, 2100] as const;

/** How a sentence of the answer stands to the passages. */
export interface SentenceMatch extends Pick<Sentence, 'start' | 'end'> {
  readonly units: readonly Unit[];
  readonly weights: Float64Array;
  /** Sum of the weights. */
  readonly weight: number;
  /** Positions in `units` that occur in no passage. */
  readonly missing: readonly number[];
  /** Sum of the weights of the missing units. */
  readonly missingWeight: number;
  readonly rareMissing: number;
  /** The two passage sentences that hold most of this one, the better first; -1 where there is none. */
  readonly sources: readonly [number, number];
  /** Share of the weight that the two hold, in [0, 1]. */
  readonly bestTwo: number;
  /** Positions in `units` of negations, where the two have none at all. */
  readonly newNegations: readonly number[];
  /** Share of the units that stand in runs of three and more which the passages have word for word, in [0, 1]. */
  readonly copied: number;
  /** Neighbouring telling units, and how many of these pairs stand together in the passages too. */
  readonly pairs: number;
  readonly nearPairs: number;
  /** Share of the runs of five characters that the passages have, in [0, 1]. */
  readonly grams: number;
}

/** Holds a sentence against the passages. Time grows with the sentence, not with the passages. */
export function matchSentence(
  answer: string,
  { start, end }: Pick<Sentence, 'start' | 'end'>,
  passages: Passages,
): SentenceMatch {
  const units = scanUnits(answer, start, end);
  const weights = Float64Array.from(units, weightOf);
  const weight = weights.reduce((sum, own) => sum + own, 0);
  const places = units.map(({ key }) => passages.placesOf(key));
  const missing = [...units.keys()].filter(
    (at) => places[at]?.length === 0 && !isRounded(units[at], passages),
  );
  const missingWeight = missing.reduce((sum, at) => sum + (weights[at] ?? 0), 0);
  const best = bestSource(passages, { places, weights, without: -1 });
  const second = bestSource(passages, { places, weights, without: best.at });
  return {
    start,
    end,
    units,
    weights,
    weight,
    missing,
    missingWeight,
    rareMissing: missing.filter((at) => (weights[at] ?? 0) > RARE).length,
    sources: [best.at, second.at],
    bestTwo: weight === 0 ? 1 : (best.held + second.held) / weight,
    newNegations: newNegations(units, passages, [best.at, second.at]),
    copied: copiedShare(places),
    ...countPairs(places, weights),
    grams: passages.grams.coverage(answer, start, end),
  };
}

function newNegations(
  units: readonly Unit[],
  passages: Passages,
  sources: readonly [number, number],
): number[] {
  const own = [...units.keys()].filter((at) => isNegator(units[at]));
  const negated = own.length > 0 && sources.some((source) => isNegated(passages, source));
  return negated ? [] : own;
}

function isNegated(passages: Passages, source: number): boolean {
  const sentence = passages.sentences[source];
  if (sentence === undefined) return false;
  for (let at = sentence.firstUnit; at <= sentence.lastUnit; at += 1) {
    if (isNegator(passages.units[at])) return true;
  }
  return false;
}

function isRounded(unit: Unit | undefined, passages: Passages): boolean {
  const value = unit?.value ?? null;
  if (value === null || (value >= YEARS[0] && value <= YEARS[1])) return false;
  if (Number.isInteger(value) && value < SMALLEST_ROUNDED) return false;
  return passages.hasAbout(value, ROUNDING);
}

interface Placed {
  readonly places: readonly Int32Array[];
  readonly weights: Float64Array;
}

/** The passage sentence that holds most weight, not counting what the sentence `without` holds; the first of equals. */
function bestSource(
  { sentenceOf }: Passages,
  { places, weights, without }: Placed & { readonly without: number },
): { readonly at: number; readonly held: number } {
  const held = new Map<number, number>();
  for (const [unit, own] of places.entries()) {
    const holders = holdersOf(own, sentenceOf);
    if (holders.includes(without)) continue;
    for (const sentence of holders) {
      held.set(sentence, (held.get(sentence) ?? 0) + (weights[unit] ?? 0));
    }
  }
  let best = { at: -1, held: 0 };
  for (const [at, sum] of held) {
    if (sum > best.held || (sum === best.held && at < best.at)) best = { at, held: sum };
  }
  return best;
}

/** The sentences of places that ascend, each once. */
function holdersOf(places: Int32Array, sentenceOf: Int32Array): number[] {
  const holders: number[] = [];
  for (let at = 0; at < places.length; at += 1) {
    const sentence = sentenceOf[places[at] ?? 0] ?? -1;
    if (holders.at(-1) !== sentence) holders.push(sentence);
  }
  return holders;
}

function copiedShare(places: readonly Int32Array[]): number {
  let copied = 0;
  let before: Int32Array = new Int32Array(0);
  let runs: Int32Array = before;
  for (const own of places) {
    runs = runsOf(own, before, runs);
    const longest = runs.reduce((most, run) => Math.max(most, run), 0);
    if (longest >= SHORTEST_COPY) copied += longest === SHORTEST_COPY ? SHORTEST_COPY : 1;
    before = own;
  }
  return places.length === 0 ? 1 : Math.min(1, copied / places.length);
}

/** For each place of a unit, how many units up to it stand in a row, given the places of the unit before. */
function runsOf(own: Int32Array, before: Int32Array, runsBefore: Int32Array): Int32Array {
  const runs = new Int32Array(own.length);
  let at = 0;
  for (let index = 0; index < own.length; index += 1) {
    const wanted = (own[index] ?? 0) - 1;
    while (at < before.length && (before[at] ?? 0) < wanted) at += 1;
    runs[index] = at < before.length && before[at] === wanted ? (runsBefore[at] ?? 0) + 1 : 1;
  }
  return runs;
}

function countPairs(
  places: readonly Int32Array[],
  weights: Float64Array,
): { readonly pairs: number; readonly nearPairs: number } {
  const telling = places.filter((_, at) => (weights[at] ?? 0) > TELLING);
  let nearPairs = 0;
  for (let at = 1; at < telling.length; at += 1) {
    const [left, right] = telling.slice(at - 1, at + 1);
    if (left !== undefined && right !== undefined && standTogether(left, right)) nearPairs += 1;
  }
  return { pairs: Math.max(0, telling.length - 1), nearPairs };
}

function standTogether(left: Int32Array, right: Int32Array): boolean {
  for (let a = 0, b = 0; a < left.length && b < right.length; ) {
    const distance = (left[a] ?? 0) - (right[b] ?? 0);
    if (Math.abs(distance) <= NEAR) return true;
    if (distance < 0) a += 1;
    else b += 1;
  }
  return false;
}
