import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../interactions/record.ts';
import { createPricer, type PriceQuestion, type ProjectPrice } from './price.ts';

const PROJECT = '00000000-0000-7000-8000-000000000001';
const AT = new Date('2026-11-01T12:00:00Z');

function usage(parts: Partial<Usage>): Usage {
  return {
    input: 0,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output: 0,
    reasoning: null,
    audioOutput: null,
    source: 'reported',
    ...parts,
  };
}

function question(model: string | null, parts: Partial<Usage>): PriceQuestion {
  return { projectId: PROJECT, provider: 'openai', model, usage: usage(parts), at: AT };
}

function ownPrice(parts: Partial<ProjectPrice>): ProjectPrice {
  return {
    id: '00000000-0000-7000-8000-0000000000aa',
    projectId: PROJECT,
    provider: null,
    model: 'house-model',
    validFrom: new Date('2026-01-01T00:00:00Z'),
    validTo: null,
    inputUsdPerMillion: 1,
    cachedInputUsdPerMillion: null,
    cacheWriteInputUsdPerMillion: null,
    outputUsdPerMillion: 2,
    audioInputUsdPerMillion: null,
    audioOutputUsdPerMillion: null,
    ...parts,
  };
}

const list = createPricer({ prices: [] });

describe('given the bundled price list', () => {
  // Prices a million tokens: openai.com/api/pricing as in genai-prices 0.1.8.
  const EXAMPLES: readonly [string, PriceQuestion, number][] = [
    ['input and output', question('gpt-4o-mini', { input: 1000, output: 100 }), 210],
    ['a dated model name', question('gpt-4o-2024-08-06', { input: 1000, output: 100 }), 3500],
    // 1000 at 2.50, 3000 at 1.25, 100 at 10.
    [
      'cached tokens once, at their price',
      question('gpt-4o', { input: 4000, cachedInput: 3000, output: 100 }),
      2500 + 3750 + 1000,
    ],
    // Reasoning is a part of output: 1.10 and 4.40 for o3-mini.
    [
      'reasoning tokens as output, once',
      question('o3-mini', { input: 1000, output: 500, reasoning: 400 }),
      1100 + 2200,
    ],
    // gpt-audio: text 2.50 and 10, audio 32 and 64.
    [
      'audio tokens at their own price',
      question('gpt-audio', { input: 150, audioInput: 100, output: 60, audioOutput: 40 }),
      125 + 3200 + 200 + 2560,
    ],
    ['embeddings without output', question('text-embedding-3-small', { input: 50_000 }), 1000],
    ['zero tokens', question('gpt-4o', { input: 0, output: 0 }), 0],
  ];

  it.each(EXAMPLES)('prices %s', (_, asked, microUsd) => {
    expect(list(asked)).toEqual({
      costMicroUsd: microUsd,
      costSource: 'reported',
      priceVersion: expect.stringMatching(/^genai-prices@\d+\.\d+\.\d+/),
    });
  });

  it('applies a long-context tier to the whole call', () => {
    const asked = (input: number): PriceQuestion => ({
      ...question('gemini-2.5-pro', { input, output: 1000 }),
      provider: 'google',
    });
    expect(list(asked(200_000))?.costMicroUsd).toBe(200_000 * 1.25 + 10_000);
    expect(list(asked(200_001))?.costMicroUsd).toBe(Math.round(200_001 * 2.5 + 15_000));
  });

  it('prices at the time of the call', () => {
    const asked = (day: string): PriceQuestion => ({
      ...question('o3', { input: 1_000_000, output: 0 }),
      at: new Date(day),
    });
    expect(list(asked('2025-05-01T00:00:00Z'))?.costMicroUsd).toBe(10_000_000);
    expect(list(asked('2026-05-01T00:00:00Z'))?.costMicroUsd).toBe(2_000_000);
  });

  it('charges anthropic cache writes and reads at their prices', () => {
    const parts = { input: 10_000, cachedInput: 6000, cacheWriteInput: 3000, output: 100 };
    const asked = { ...question('claude-sonnet-4-5', parts), provider: 'anthropic' };
    expect(list(asked)?.costMicroUsd).toBe(1000 * 3 + 6000 * 0.3 + 3000 * 3.75 + 1500);
  });

  it('prefers the model that answered over the one that was asked for', () => {
    const asked = { ...question('my-alias', { input: 1000 }), responseModel: 'gpt-4o-mini' };
    expect(list(asked)?.costMicroUsd).toBe(150);
  });

  it('marks the price of a guessed provider as an estimate', () => {
    const asked = { ...question('gpt-4o-mini', { input: 1000 }), provider: 'llm.corp.example' };
    expect(list(asked)).toMatchObject({ costMicroUsd: 150, costSource: 'estimated' });
  });

  it('halves the price of the flex tier', () => {
    const asked = { ...question('o3', { input: 1000, output: 0 }), serviceTier: 'flex' };
    expect(list(asked)).toMatchObject({ costMicroUsd: 1000, costSource: 'estimated' });
  });

  it('is as sure as the token counts', () => {
    expect(list(question('gpt-4o', { input: 10, source: 'counted' }))?.costSource).toBe('counted');
    expect(list(question('gpt-4o', { input: 10, source: 'estimated' }))?.costSource).toBe(
      'estimated',
    );
  });

  it.each<[string, PriceQuestion]>([
    ['the model is unknown', question('gpt-mock', { input: 10, output: 10 })],
    ['there is no model', question(null, { input: 10, output: 10 })],
    ['the tokens are unknown', question('gpt-4o', { input: null, output: null, source: null })],
    ['the output is unknown', question('gpt-4o', { input: 10, output: null })],
    ['audio has no price', question('gpt-4o', { input: 10, audioInput: 5, output: 1 })],
    ['the model is billed by the hour', question('whisper-1', { input: 10, output: 5 })],
    ['a fine-tuned model has its own price', question('ft:gpt-4o-mini:org::1', { input: 10 })],
    ['the name is absurd', question('x'.repeat(10_000), { input: 10 })],
    ['the name is a property of objects', question('constructor', { input: 10 })],
  ])('knows no cost when %s', (_, asked) => {
    expect(list(asked)).toBeNull();
  });

  it('agrees with the list’s own arithmetic', () => {
    const models = ['gpt-4o', 'gpt-5', 'gpt-5.4', 'o3', 'gpt-4.1-mini', 'gpt-realtime'] as const;
    const tokens = fc.nat({ max: 400_000 });
    const counts = fc.tuple(tokens, tokens, tokens);
    fc.assert(
      fc.property(fc.constantFrom(...models), counts, (model, [a, b, output]) => {
        const input = a + b;
        const theirs = calcPrice(
          { input_tokens: input, cache_read_tokens: b, output_tokens: output },
          model,
          { providerId: 'openai', timestamp: AT },
        );
        const ours = list(question(model, { input, cachedInput: b, output }));
        expect(ours?.costMicroUsd).toBeCloseTo((theirs?.total_price ?? Number.NaN) * 1e6, -1);
      }),
    );
  });
});

describe('given any token counts', () => {
  const tokens = fc.nat({ max: 2_000_000 });
  const model = fc.constantFrom('gpt-4o', 'gpt-5', 'gpt-5.4', 'gpt-audio', 'gpt-realtime', 'o3');

  it('never costs less for more tokens', () => {
    fc.assert(
      fc.property(model, fc.tuple(tokens, tokens, tokens), (name, [input, output, more]) => {
        const cost = (parts: Partial<Usage>): number =>
          list(question(name, parts))?.costMicroUsd ?? Number.NaN;
        expect(cost({ input: input + more, output })).toBeGreaterThanOrEqual(
          cost({ input, output }),
        );
        expect(cost({ input, output: output + more })).toBeGreaterThanOrEqual(
          cost({ input, output }),
        );
      }),
    );
  });

  it('never costs more because tokens were cached', () => {
    fc.assert(
      fc.property(model, tokens, tokens, (name, input, cached) => {
        const plain = list(question(name, { input }))?.costMicroUsd ?? Number.NaN;
        const some = list(question(name, { input, cachedInput: Math.min(cached, input) }));
        expect(some?.costMicroUsd).toBeLessThanOrEqual(plain);
      }),
    );
  });

  it('is a safe integer from 0 on, whatever parts are claimed', () => {
    const part = fc.option(fc.nat(), { nil: null });
    const parts = fc.record({
      input: part,
      cachedInput: part,
      cacheWriteInput: part,
      audioInput: part,
      output: part,
      reasoning: part,
      audioOutput: part,
    });
    fc.assert(
      fc.property(model, parts, (name, claimed) => {
        const price = list(question(name, claimed));
        expect(price === null || Number.isSafeInteger(price.costMicroUsd)).toBe(true);
        expect(price?.costMicroUsd ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('costs the same in one call as in two, but for rounding', () => {
    fc.assert(
      fc.property(tokens, tokens, (a, b) => {
        const cost = (input: number): number =>
          list(question('gpt-4o', { input }))?.costMicroUsd ?? Number.NaN;
        expect(Math.abs(cost(a + b) - cost(a) - cost(b))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('given prices of a project', () => {
  const asked = question('house-model', { input: 1_000_000, output: 1_000_000 });

  it('uses them before the list', () => {
    const price = createPricer({ prices: [ownPrice({ model: 'gpt-4o' })] });
    expect(price({ ...asked, model: 'gpt-4o' })).toEqual({
      costMicroUsd: 3_000_000,
      costSource: 'reported',
      priceVersion: 'project:00000000-0000-7000-8000-0000000000aa',
    });
  });

  it('keeps them to their project', () => {
    const price = createPricer({ prices: [ownPrice({ projectId: 'another' })] });
    expect(price(asked)).toBeNull();
  });

  it('uses each from its first moment until before its end', () => {
    const turn = new Date('2026-06-01T00:00:00Z');
    const price = createPricer({
      prices: [
        ownPrice({ validTo: turn }),
        ownPrice({ validFrom: turn, inputUsdPerMillion: 5, outputUsdPerMillion: 5 }),
      ],
    });
    const at = (time: string): number | undefined =>
      price({ ...asked, at: new Date(time) })?.costMicroUsd;
    expect(at('2026-05-31T23:59:59.999Z')).toBe(3_000_000);
    expect(at('2026-06-01T00:00:00.000Z')).toBe(10_000_000);
    expect(at('2025-12-31T23:59:59.999Z')).toBeUndefined();
  });

  it('prefers exact names, then longer beginnings', () => {
    const price = createPricer({
      prices: [
        ownPrice({ model: '*', inputUsdPerMillion: 9 }),
        ownPrice({ model: 'house-*', inputUsdPerMillion: 7 }),
        ownPrice({ model: 'House-Model', inputUsdPerMillion: 0 }),
      ],
    });
    expect(price(asked)?.costMicroUsd).toBe(2_000_000);
    expect(price({ ...asked, model: 'house-big' })?.costMicroUsd).toBe(9_000_000);
    expect(price({ ...asked, model: 'other' })?.costMicroUsd).toBe(11_000_000);
  });

  it('prefers the price of the provider that answered', () => {
    const price = createPricer({
      prices: [ownPrice({}), ownPrice({ provider: 'azure', inputUsdPerMillion: 4 })],
    });
    expect(price({ ...asked, provider: 'azure' })?.costMicroUsd).toBe(6_000_000);
    expect(price(asked)?.costMicroUsd).toBe(3_000_000);
  });

  it('takes a stated zero as free', () => {
    const free = ownPrice({ inputUsdPerMillion: 0, outputUsdPerMillion: 0 });
    expect(createPricer({ prices: [free] })(asked)?.costMicroUsd).toBe(0);
  });

  it('knows no cost when a price that is needed was not stated', () => {
    const price = createPricer({ prices: [ownPrice({ outputUsdPerMillion: null })] });
    expect(price(asked)).toBeNull();
    expect(price({ ...asked, usage: usage({ input: 1_000_000, output: 0 }) })?.costMicroUsd).toBe(
      1_000_000,
    );
  });
});

describe('given the demo provider', () => {
  it('marks the invented price', () => {
    const asked = { ...question('demo/good', { input: 1000, output: 100 }), provider: 'demo' };
    expect(list(asked)).toEqual({
      costMicroUsd: 3500,
      costSource: 'reported',
      priceVersion: 'demo',
    });
  });

  it('prices sample traffic like the model it names', () => {
    const asked = { ...question('gpt-4o-mini', { input: 1000, output: 100 }), provider: 'demo' };
    expect(list(asked)).toMatchObject({ costMicroUsd: 210, priceVersion: 'demo' });
  });
});
