import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { ensurePartitions } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record } from '../../test/support/records.ts';
import type { CostSuggestion, SuggestionKind } from '../contract/costs.ts';
import type { InteractionRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { createPricer } from '../pricing/price.ts';
import { suggestSavings } from './cost-suggestions.ts';
import { rollUp } from './roll-up.ts';

const database = await testDatabase();
const price = createPricer({ prices: [] });
const NOW = new Date('2026-11-21T12:30:00.000Z');
const RANGE = { from: new Date('2026-10-23T00:00:00Z'), to: NOW };

beforeAll(() => ensurePartitions(database));

interface Call {
  readonly model?: string;
  readonly input: number;
  readonly output: number;
  readonly body?: string;
  readonly minutesAgo?: number;
}

async function suggestionsFor(calls: readonly Call[]): Promise<CostSuggestion[]> {
  const projectId = randomUUID();
  const rows = calls.map(({ model = 'gpt-4o', input, output, minutesAgo = 1 }): InteractionRow => {
    const createdAt = new Date(NOW.getTime() - minutesAgo * 60_000);
    const base = interactionRow({ projectId, createdAt });
    const usage = { ...base.usage, input, output, cachedInput: 0 };
    const cost = price({ projectId, provider: 'openai', model, usage, at: createdAt });
    return { ...base, id: randomUUID(), model, usage, ...cost };
  });
  const bodies = rows.flatMap((row, at) => {
    const body = calls[at]?.body;
    return body === undefined ? [] : bodyRow(row, { requestBody: body });
  });
  await record(database, batchOf({ interactions: rows, bodies }), [storeRecords, rollUp]);
  return (await suggestSavings(database, { projectId, range: RANGE, price })).suggestions;
}

const times = (n: number, call: Call): Call[] => Array.from({ length: n }, () => call);
const only = (all: readonly CostSuggestion[], kind: SuggestionKind): CostSuggestion => {
  const [found, ...others] = all.filter((one) => one.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`not one ${kind}`);
  return found;
};
const kinds = (all: readonly CostSuggestion[]): SuggestionKind[] => all.map(({ kind }) => kind);

// gpt-4o: 2.50 and 10 US dollars a million tokens, cached 1.25; gpt-4o-mini: 0.15 and 0.60.
describe('saving suggestions', () => {
  it('name a cheaper sibling for short calls, by the real difference in price', async () => {
    const found = await suggestionsFor([
      ...times(30, { input: 400, output: 100 }),
      ...times(10, { input: 900, output: 100 }),
    ]);
    const cheaper = only(found, 'cheaper_model');
    expect(cheaper).toMatchObject({
      model: 'gpt-4o',
      otherModel: 'gpt-4o-mini',
      calls: 40,
      affectedCalls: 30,
      sampled: false,
      // (400 × 2.35 + 100 × 9.4) = 1,880 a call.
      saves: { value: 30 * 1880, n: 40, low: null, high: null },
    });
    const dominant = only(found, 'dominant_model');
    expect(dominant.figures).toEqual({ share: 1 });
    expect(dominant.saves.value).toBe(30 * 1880 + 10 * (900 * 2.35 + 940));
  });

  it('count what is beyond a thousand tokens of a prompt and 500 of an answer', async () => {
    const found = await suggestionsFor(times(25, { input: 3000, output: 900 }));
    expect(only(found, 'long_prompts').saves.value).toBe(25 * 2000 * 2.5);
    expect(only(found, 'long_completions').saves.value).toBe(25 * 400 * 10);
    expect(only(found, 'prompt_heavy').saves.value).toBe(25 * 300 * 2.5);
    expect(found.map(({ saves }) => saves.value ?? 0)).toEqual(
      found.map(({ saves }) => saves.value ?? 0).sort((a, b) => b - a),
    );
  });

  it('find requests that were asked before, word for word', async () => {
    const found = await suggestionsFor([
      ...times(20, { input: 400, output: 100, body: '{"q":"opening hours"}' }),
      ...Array.from({ length: 10 }, (_, n) => ({ input: 400, output: 100, body: `{"q":${n}}` })),
    ]);
    const cache = only(found, 'response_cache');
    expect(cache.saves.value).toBe(19 * 2000);
    expect(cache.affectedCalls).toBe(19);
    expect(cache.figures['share']).toBeCloseTo(19 / 30, 10);
  });

  it('find beginnings that a provider could cache, when they come close together', async () => {
    const system = 'You answer for the shop. '.repeat(400);
    const close = Array.from({ length: 24 }, (_, n) => ({
      input: 2500,
      output: 100,
      body: `${system}${n}`,
      minutesAgo: 1 + n,
    }));
    const caching = only(await suggestionsFor(close), 'prompt_caching');
    const [first] = close;
    const chars = first?.body.length ?? 0;
    expect(caching.affectedCalls).toBe(23);
    const tokens = Math.floor((2500 * 8192) / chars);
    // Bodies with two digits are a character longer.
    expect(caching.saves.value).toBeGreaterThan(23 * (tokens - 2) * 1.25 - 23);
    expect(caching.saves.value).toBeLessThanOrEqual(23 * tokens * 1.25 + 23);
    const apart = close.map((call, n) => ({ ...call, minutesAgo: 1 + 20 * n }));
    expect(kinds(await suggestionsFor(apart))).not.toContain('prompt_caching');
  });

  it('say nothing of few calls, cheap calls or calls that are fine', async () => {
    expect(await suggestionsFor(times(19, { input: 3000, output: 900 }))).toEqual([]);
    expect(
      await suggestionsFor(times(30, { model: 'gpt-4o-mini', input: 200, output: 200 })),
    ).toEqual([]);
    expect(await suggestionsFor([])).toEqual([]);
  });

  it('tell an interval when there are more calls than are looked at', async () => {
    const calls = Array.from({ length: 800 }, (_, n) => ({
      input: n % 2 === 0 ? 400 : 900,
      output: 100,
      minutesAgo: n / 10,
    }));
    const cheaper = only(await suggestionsFor(calls), 'cheaper_model');
    expect(cheaper).toMatchObject({ calls: 800, sampled: true, saves: { n: 700 } });
    const truth = 400 * 1880;
    expect(cheaper.saves.low).toBeLessThan(truth);
    expect(cheaper.saves.high).toBeGreaterThan(truth);
    expect(cheaper.saves.value).toBeCloseTo(truth, -5);
  });
});
