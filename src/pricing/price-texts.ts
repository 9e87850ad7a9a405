import type { MicroUsd } from '../core/money.ts';
import type { Usage } from '../interactions/record.ts';
import { fillUsage } from './count-tokens.ts';
import type { Pricer } from './price.ts';

/** What is known of a finished call that somebody else made: its two texts. */
export interface KnownTexts {
  readonly prompt: string | null;
  readonly answer: string | null;
}

/** A finished call known by its texts; token counts where somebody knows them. */
export interface PricedTexts extends KnownTexts {
  readonly projectId: string;
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly atMs: number;
}

/**
 * The usage with unreported totals estimated from the texts: there may have been more to the request than is known.
 * CPU work of up to about 0.2 s: for the background thread.
 */
export function countTexts(texts: KnownTexts, usage: Usage, model: string | null): Promise<Usage> {
  const { prompt, answer } = texts;
  return fillUsage(
    {
      usage,
      countable: {
        shape: prompt === null && answer === null ? 'none' : 'chat',
        input: [{ role: 'user', name: null, text: prompt ?? '' }],
        tools: null,
        output: [answer ?? ''],
        inputTokenIds: 0,
        hasUncountable: true,
        isCut: false,
      },
    },
    model,
  );
}

/** What a call costs, as the loader will say of the same call; null for a model without a price. */
export async function priceTexts(price: Pricer, call: PricedTexts): Promise<MicroUsd | null> {
  const { projectId, provider, model } = call;
  const usage = await countTexts(call, reported(call), model);
  return (
    price({ projectId, provider, model, usage, at: new Date(call.atMs) })?.costMicroUsd ?? null
  );
}

function reported({ inputTokens, outputTokens }: PricedTexts): Usage {
  return {
    input: inputTokens,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output: outputTokens,
    reasoning: null,
    audioOutput: null,
    source: inputTokens === null && outputTokens === null ? null : 'reported',
  };
}
