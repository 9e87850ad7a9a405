import { describe, expect, it } from 'vitest';
import { GOLDEN_EXCHANGES } from '../providers/fixtures/exchanges.ts';
import { readExchange } from '../providers/read-exchange.ts';
import { fillUsage } from './count-tokens.ts';
import { createPricer, type Price } from './price.ts';

/** Micro-dollars worked out by hand from the payload and the price list; null where no price is known. */
const COSTS: Readonly<Record<string, number | null>> = {
  // 80 at 2.50, 1920 at 1.25, 4 at 10.
  'a chat with cached tokens, user and metadata': 200 + 2400 + 40,
  // 9 at 2.50 and 2 at 10, 42.5 rounded up.
  'a stream with usage in a chunk without choices': 43,
  // 50 and 100 audio at 2.50 and 32; 20 and 40 audio at 10 and 64.
  'spoken answers by their transcript, with audio tokens': 125 + 3200 + 200 + 2560,
  // 1000 at 1.10 and 500 at 4.40.
  'reasoning that is a part of the output': 3300,
  'zeros that were reported': 0,
  // 50 at 1.25 and 90 at 10, 962.5 rounded up.
  'the responses API with a tool call and reasoning': 963,
  // 1 at 1.50 and 2 at 2, 5.5 rounded up.
  'a legacy completion with two choices': 6,
  // 2 at 0.02: less than half a micro-dollar.
  embeddings: 0,
  'a moderation': null,
  'a responses stream that failed': null,
};

const price = createPricer({ prices: [] });

async function costOf(name: string): Promise<Price | null> {
  const golden = GOLDEN_EXCHANGES.find((exchange) => exchange.name === name);
  if (golden === undefined) throw new Error(`There is no golden exchange “${name}”.`);
  const parsed = readExchange(golden.exchange);
  const model = parsed.responseModel ?? parsed.requestModel;
  return price({
    projectId: '',
    provider: 'openai',
    model: parsed.requestModel,
    responseModel: parsed.responseModel,
    serviceTier: parsed.serviceTier,
    usage: await fillUsage(parsed, model),
    at: new Date('2026-11-01T12:00:00Z'),
  });
}

describe('given golden exchanges', () => {
  it.each(Object.entries(COSTS))('prices %s', async (name, microUsd) => {
    expect((await costOf(name))?.costMicroUsd ?? null).toBe(microUsd);
  });

  it('prices a cut stream by counted tokens', async () => {
    expect(await costOf('a stream that ends in an error event')).toMatchObject({
      costSource: 'counted',
      costMicroUsd: expect.toSatisfy((cost: number) => cost > 30 && cost < 100),
    });
    expect(await costOf('a responses stream that was cut: the text so far')).toMatchObject({
      costSource: 'estimated',
    });
  });
});
