import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../interactions/record.ts';
import { type CountableCall, fillUsage } from './count-tokens.ts';
import { MAX_COUNTED_CHARS } from './tokenizer.ts';

const UNKNOWN: Usage = {
  input: null,
  cachedInput: null,
  cacheWriteInput: null,
  audioInput: null,
  output: null,
  reasoning: null,
  audioOutput: null,
  source: null,
};

function call(
  parts: Partial<CountableCall['countable']>,
  usage: Partial<Usage> = {},
): CountableCall {
  return {
    usage: { ...UNKNOWN, ...usage },
    countable: {
      shape: 'chat',
      input: [],
      tools: null,
      output: [],
      inputTokenIds: 0,
      hasUncountable: false,
      isCut: false,
      ...parts,
    },
  };
}

const user = (text: string): { role: string; name: null; text: string } => ({
  role: 'user',
  name: null,
  text,
});

describe('given a call without usage', () => {
  it('counts a chat as the cookbook does', async () => {
    // OpenAI cookbook, "How to count tokens with tiktoken", §6: its example and its published result.
    const cookbook: [string, string | null, string][] = [
      [
        'system',
        null,
        'You are a helpful, pattern-following assistant that translates corporate jargon into plain English.',
      ],
      ['system', 'example_user', 'New synergies will help drive top-line growth.'],
      ['system', 'example_assistant', 'Things working well together will increase revenue.'],
      [
        'system',
        'example_user',
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
      ],
      [
        'system',
        'example_assistant',
        "Let's talk later when we're less busy about how to do better.",
      ],
      [
        'user',
        null,
        "This late pivot means we don't have time to boil the ocean for the client deliverable.",
      ],
    ];
    const input = cookbook.map(([role, name, text]) => ({ role, name, text }));
    expect(await fillUsage(call({ input }), 'gpt-4')).toMatchObject({ input: 129, output: 0 });
    expect(await fillUsage(call({ input }), 'gpt-4o-mini')).toMatchObject({
      input: 124,
      source: 'counted',
    });
  });

  it('counts what was generated, tool calls too', async () => {
    const filled = await fillUsage(call({ output: ['hello world', 'get_weather{}'] }), 'gpt-4o');
    expect(filled.output).toBeGreaterThan(4);
    expect(filled.source).toBe('counted');
  });

  it('counts texts and token ids of embeddings and knows that nothing comes out', async () => {
    const embeddings = call({
      shape: 'embeddings',
      input: [user('hello world')],
      inputTokenIds: 5,
    });
    expect(await fillUsage(embeddings, 'text-embedding-3-small')).toMatchObject({
      input: 7,
      output: 0,
      source: 'counted',
    });
  });

  it('calls it an estimate when something could not be counted', async () => {
    const input = [user('what is this?')];
    expect(await fillUsage(call({ input, hasUncountable: true }), 'gpt-4o')).toMatchObject({
      source: 'estimated',
    });
    expect(await fillUsage(call({ input, isCut: true }), 'gpt-4o')).toMatchObject({
      source: 'estimated',
    });
    expect(await fillUsage(call({ input, tools: '[{}]' }), 'gpt-4o')).toMatchObject({
      source: 'estimated',
    });
    expect(await fillUsage(call({ input }), 'llama-3.1-8b')).toMatchObject({ source: 'estimated' });
    expect(await fillUsage(call({ input }), 'o3')).toMatchObject({ source: 'estimated' });
    expect(await fillUsage(call({ input }), null)).toMatchObject({ source: 'estimated' });
  });

  it('leaves unknown what cannot be counted', async () => {
    expect(await fillUsage(call({ shape: 'none' }), 'gpt-4o')).toEqual(UNKNOWN);
  });
});

describe('given reported usage', () => {
  it('keeps it', async () => {
    const reported = { ...UNKNOWN, input: 0, output: 3, source: 'reported' as const };
    expect(await fillUsage(call({ input: [user('hello')] }, reported), 'gpt-4o')).toEqual(reported);
  });

  it('counts only what is missing', async () => {
    const half = call({ output: ['hello world'] }, { input: 10, source: 'reported' });
    expect(await fillUsage(half, 'gpt-4o')).toMatchObject({
      input: 10,
      output: 2,
      source: 'counted',
    });
  });
});

describe('given wild text', () => {
  it('counts control tokens as the text they are', async () => {
    const filled = await fillUsage(call({ output: ['<|endoftext|>'] }), 'gpt-4o');
    expect(filled.output).toBeGreaterThan(1);
  });

  it('estimates what is longer than it counts, in proportion', async () => {
    const text = 'four words and more '.repeat(MAX_COUNTED_CHARS / 10);
    const filled = await fillUsage(call({ output: [text] }), 'gpt-4o');
    expect(filled.source).toBe('estimated');
    expect(filled.output).toBeGreaterThan(text.length / 5 - 10);
    expect(filled.output).toBeLessThan(text.length / 4);
  });

  it('counts long unbroken runs in pieces, hardly differing from the whole', async () => {
    const filled = await fillUsage(call({ output: ['a'.repeat(2048)] }), 'gpt-4o');
    expect(filled.output).toBe(256);
  });

  it('never throws and never counts more tokens than bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), async (text) => {
        const filled = await fillUsage(call({ output: [text] }), 'gpt-4o');
        expect(filled.output).toBeLessThanOrEqual(Buffer.byteLength(text));
      }),
      { numRuns: 50 },
    );
  });
});
