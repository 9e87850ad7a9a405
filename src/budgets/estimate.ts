import type { MicroUsd } from '../core/money.ts';
import type { Usage } from '../interactions/record.ts';
import type { Pricer } from '../pricing/price.ts';
import type { SpendQuestion } from './reserve.ts';

/** Four bytes of JSON hold about one token; a third more covers text that packs worse (code, numbers, CJK). */
const TOKENS_A_BYTE = (1 / 4) * (4 / 3);
/** What an answer may hold when neither the request nor earlier answers tell. */
const UNKNOWN_OUTPUT_TOKENS = 4096;
const LEAST_USUAL_TOKENS = 256;
const REMEMBERED_ANSWERS = 64;
const MAX_MODELS = 2000;

/** What a call may cost at most, as far as can be told before it. */
export interface SpendEstimate {
  readonly microUsd: MicroUsd;
  /** The first candidate without a price; null when all have one. */
  readonly unpriced: string | null;
}

/**
 * Estimates calls before they are made, by the dearest of their candidates: the request's bytes as tokens, and the
 * most that may be generated, or the longest of the model's last 64 answers where the request sets no bound.
 * Images and files in a body count by their bytes, which is far more than they cost.
 */
export class SpendEstimator {
  readonly #answers = new Map<string, number[]>();

  estimate(question: SpendQuestion, price: Pricer, nowMs: number): SpendEstimate {
    const { projectId, candidates, inputBytes } = question;
    let microUsd = 0;
    let unpriced: string | null = null;
    for (const { provider, model } of candidatesOf(question, candidates)) {
      const output = question.maxOutputTokens ?? this.#usualOutput(provider, model);
      const all = output * (question.answers ?? 1);
      const usage = usageOf(Math.ceil(inputBytes * TOKENS_A_BYTE), all);
      const found = price({ projectId, provider, model, usage, at: new Date(nowMs) });
      if (found === null) unpriced ??= model ?? provider;
      else microUsd = Math.max(microUsd, found.costMicroUsd);
    }
    return { microUsd, unpriced };
  }

  /** Remembers how long an answer was. */
  learn(provider: string, model: string | null, outputTokens: number): void {
    const key = keyOf(provider, model);
    const known = this.#answers.get(key);
    if (known === undefined) {
      if (this.#answers.size >= MAX_MODELS) this.#answers.clear();
      this.#answers.set(key, [outputTokens]);
      return;
    }
    if (known.length >= REMEMBERED_ANSWERS) known.shift();
    known.push(outputTokens);
  }

  #usualOutput(provider: string, model: string | null): number {
    const known = this.#answers.get(keyOf(provider, model));
    if (known === undefined) return UNKNOWN_OUTPUT_TOKENS;
    return Math.max(LEAST_USUAL_TOKENS, ...known);
  }
}

/** Calls without a model (listing models) cost nothing and have no price to miss. */
function candidatesOf(
  { model: named }: SpendQuestion,
  candidates: SpendQuestion['candidates'],
): { provider: string; model: string }[] {
  return candidates.flatMap(({ provider, model }) => {
    const name = model ?? named;
    return name === null ? [] : { provider, model: name };
  });
}

function keyOf(provider: string, model: string | null): string {
  return `${provider}\0${model ?? ''}`;
}

function usageOf(input: number, output: number): Usage {
  return {
    input,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output,
    reasoning: null,
    audioOutput: null,
    source: 'estimated',
  };
}
