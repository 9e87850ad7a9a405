import { describe, expect, it } from 'vitest';
import { PROVIDERS } from './index.ts';
import type { JsonObject } from './json.ts';

const OPENAI_USAGE = { usage: { prompt_tokens: 3, total_tokens: 3 } };
/** Three tokens in and none out, in the words of dialects that do not name them like OpenAI. */
const REPORTED: Readonly<Record<string, JsonObject>> = {
  gemini: { usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } },
  ollama: { prompt_eval_count: 3, eval_count: 0 },
};

describe('given the shelf', () => {
  it('has one reader for each operation of a dialect', () => {
    const served = PROVIDERS.flatMap(({ dialect, operations }) =>
      operations.map((operation) => `${dialect} ${operation}`),
    );
    expect(new Set(served).size).toBe(served.length);
    expect(new Set(PROVIDERS.map(({ id }) => id)).size).toBe(PROVIDERS.length);
  });

  it('has a reader for what is left in every dialect', () => {
    for (const dialect of new Set(PROVIDERS.map((provider) => provider.dialect))) {
      const others = PROVIDERS.filter((provider) => provider.dialect === dialect);
      expect(others.some(({ operations }) => operations.includes('passthrough'))).toBe(true);
    }
  });
});

describe.each(PROVIDERS)('given the provider $id', (provider) => {
  const WILD: readonly unknown[] = [null, 0, '', 'x', true, [], [[]], [null], {}, { a: [] }];
  const FIELDS = [
    'messages',
    'input',
    'prompt',
    'choices',
    'output',
    'usage',
    'error',
    'metadata',
    'tools',
    'data',
    'results',
    'model',
    'response',
    'delta',
    'item',
    'status',
    'contents',
    'candidates',
    'usageMetadata',
    'requests',
  ] as const;

  it('is labelled', () => {
    expect(provider.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(provider.title.length).toBeGreaterThan(3);
    expect(provider.operations.length).toBeGreaterThan(0);
  });

  it('reads nothing out of nothing', () => {
    expect(provider.fromRequest({})).toMatchObject({ model: null, promptText: null, metadata: {} });
    for (const reply of [provider.fromUpstream({}), provider.fromChunks([])]) {
      expect(reply).toMatchObject({ model: null, text: null, finishReason: null, toolCalls: [] });
      expect(reply.usage.source).toBeNull();
    }
  });

  it('takes any value in any field', () => {
    for (const field of FIELDS) {
      for (const value of WILD) {
        const body = { [field]: value };
        expect(() => provider.fromRequest(body)).not.toThrow();
        expect(() => provider.fromUpstream(body)).not.toThrow();
        expect(() => provider.fromChunks([{ event: null, data: body }])).not.toThrow();
        expect(() => provider.fromChunks([{ event: field, data: value }])).not.toThrow();
      }
    }
  });

  it('reads errors and reported usage', () => {
    const failed = provider.fromUpstream({ error: { message: 'no' } });
    expect(failed.errorMessage).toBe('no');
    const { usage } = provider.fromUpstream(REPORTED[provider.dialect] ?? OPENAI_USAGE);
    expect(usage).toMatchObject({ input: 3, output: 0, source: 'reported' });
  });

  it('does not change what it reads', () => {
    const body = Object.freeze({
      model: 'm',
      choices: Object.freeze([]),
      metadata: Object.freeze({}),
    });
    provider.fromRequest(body);
    provider.fromUpstream(body);
    expect(body).toEqual({ model: 'm', choices: [], metadata: {} });
  });
});
