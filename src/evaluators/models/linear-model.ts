/**
 * Logistic regression over hashed pieces of a text: one byte a bucket, each distinct piece counts once, the sum is
 * divided by the square root of their number (the length of the vector).
 */
import { placedGrams, type TextGrams } from '../text/grams.ts';
import type { Sentence } from '../text/sentences.ts';
import type { ModelCard } from './model-card.ts';

/** A word that moved a score up, where it stands, and how much of the margin it brought. */
export interface Driver {
  readonly text: string;
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

export interface LinearModel {
  readonly card: ModelCard;
  /** Probability for the whole text without code, in [0, 1]; the rate of the training data when there is nothing to read. */
  whole(grams: TextGrams): number;
  /** Probability for each sentence, code included, in the order of `grams.sentences`. */
  sentences(grams: TextGrams): Float64Array;
  /** What in a sentence spoke most for its score: at most `limit` words, the strongest first. */
  drivers(text: string, sentence: Sentence, limit: number): readonly Driver[];
}

/** A model ready to score, from its card and the bytes of its weights. */
export function createLinearModel(card: ModelCard, weights: Int8Array): LinearModel {
  const tally = new Tally(weights, card.buckets);
  const probability = (): number => calibrated(card, card.bias + card.scale * tally.margin());
  return {
    card,
    whole({ sentences, hashes, ends }): number {
      tally.begin();
      for (let index = 0; index < sentences.length; index += 1) {
        if (sentences[index]?.isCode === true) continue;
        tally.add(hashes, index === 0 ? 0 : (ends[index - 1] ?? 0), ends[index] ?? 0);
      }
      return probability();
    },
    sentences({ hashes, ends }): Float64Array {
      const scores = new Float64Array(ends.length);
      for (let index = 0; index < ends.length; index += 1) {
        tally.begin();
        tally.add(hashes, index === 0 ? 0 : (ends[index - 1] ?? 0), ends[index] ?? 0);
        scores[index] = probability();
      }
      return scores;
    },
    drivers: (text, sentence, limit) => strongest(text, sentence, { weights, card, limit }),
  };
}

const LAST_TURN = 0xffff_fffe;

/** Adds up weights, each bucket once between two beginnings; its memory is used again and again. */
class Tally {
  readonly #weights: Int8Array;
  readonly #mask: number;
  /** In which turn a bucket was last counted. */
  readonly #seen: Uint32Array;
  #turn = 0;
  #sum = 0;
  #distinct = 0;

  constructor(weights: Int8Array, buckets: number) {
    this.#weights = weights;
    this.#mask = buckets - 1;
    this.#seen = new Uint32Array(buckets);
  }

  begin(): void {
    if (this.#turn === LAST_TURN) {
      this.#seen.fill(0);
      this.#turn = 0;
    }
    this.#turn += 1;
    this.#sum = 0;
    this.#distinct = 0;
  }

  add(hashes: Uint32Array, from: number, to: number): void {
    const seen = this.#seen;
    const weights = this.#weights;
    const turn = this.#turn;
    let sum = this.#sum;
    let distinct = this.#distinct;
    for (let at = from; at < to; at += 1) {
      const bucket = (hashes[at] ?? 0) & this.#mask;
      if (seen[bucket] === turn) continue;
      seen[bucket] = turn;
      sum += weights[bucket] ?? 0;
      distinct += 1;
    }
    this.#sum = sum;
    this.#distinct = distinct;
  }

  /** In steps of a weight. */
  margin(): number {
    return this.#distinct === 0 ? 0 : this.#sum / Math.sqrt(this.#distinct);
  }
}

function calibrated({ calibration }: ModelCard, margin: number): number {
  return 1 / (1 + Math.exp(-(calibration.slope * margin + calibration.intercept)));
}

interface Explained {
  readonly weights: Int8Array;
  readonly card: ModelCard;
  readonly limit: number;
}

const WORD =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]{1,4}|[[\p{L}\p{N}\p{M}'’*@$]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]]+/gv;

function strongest(text: string, sentence: Sentence, explained: Explained): readonly Driver[] {
  const perUnit = weightPerUnit(text, sentence, explained);
  const drivers: Driver[] = [];
  for (const { 0: found, index } of text.slice(sentence.start, sentence.end).matchAll(WORD)) {
    let weight = 0;
    for (let at = 0; at < found.length; at += 1) weight += perUnit[index + at] ?? 0;
    if (weight <= 0) continue;
    const start = sentence.start + index;
    drivers.push({ text: found, weight: round(weight), start, end: start + found.length });
  }
  return drivers.sort((a, b) => b.weight - a.weight || a.start - b.start).slice(0, explained.limit);
}

/** The margin, shared out evenly among the characters that each piece covers. */
function weightPerUnit(
  text: string,
  sentence: Sentence,
  { weights, card }: Explained,
): Float64Array {
  const perUnit = new Float64Array(sentence.end - sentence.start);
  const { hashes, starts, ends } = placedGrams(text, sentence);
  const seen = new Set<number>();
  for (let index = 0; index < hashes.length; index += 1) {
    const bucket = (hashes[index] ?? 0) & (card.buckets - 1);
    if (seen.has(bucket)) continue;
    seen.add(bucket);
    const start = starts[index] ?? 0;
    const end = ends[index] ?? 0;
    const share = (weights[bucket] ?? 0) / Math.max(1, end - start);
    for (let at = start; at < end; at += 1)
      perUnit[at - sentence.start] = (perUnit[at - sentence.start] ?? 0) + share;
  }
  const factor = (card.scale * card.calibration.slope) / Math.sqrt(Math.max(1, seen.size));
  return perUnit.map((value) => value * factor);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
