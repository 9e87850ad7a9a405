import { describe, expect, it } from 'vitest';
import { listedModels, nearestModels, smallerSiblings } from './nearest-models.ts';

const near = (model: string, provider = 'openai'): string[] =>
  nearestModels({ provider, model }, 3).map((one) => one.model);
const small = (model: string, provider: string): string | undefined =>
  smallerSiblings({ provider, model })[0]?.model;

describe('listed models', () => {
  it('are known of every big provider', () => {
    const providers = new Set(listedModels().map(({ provider }) => provider));
    for (const provider of ['openai', 'anthropic', 'google', 'mistral', 'groq']) {
      expect(providers).toContain(provider);
    }
  });

  it('are found by names like theirs', () => {
    expect(near('my-gpt-4o-mini')).toContain('gpt-4o-mini');
    expect(near('gpt-4o-2099-01-01')[0]).toBe('gpt-4o');
    expect(near('claude-3-5-haiku-20991231', 'anthropic')[0]).toMatch(/^claude-3-5-haiku/);
    expect(near('zzz')).toEqual([]);
    expect(near('')).toEqual([]);
  });
});

describe('smaller siblings', () => {
  it('are of the same family', () => {
    expect(small('gpt-4o', 'openai')).toBe('gpt-4o-mini');
    expect(small('gpt-4o-2024-08-06', 'openai')).toBe('gpt-4o-mini');
    expect(small('claude-sonnet-4-5', 'anthropic')).toMatch(/^claude.*haiku/);
    expect(small('gemini-2.5-pro', 'google')).toMatch(/^gemini-2.5-flash/);
  });

  it('are none of a model that is small, or of a family nobody knows', () => {
    expect(small('gpt-4o-mini', 'openai')).toBeUndefined();
    expect(small('house-model', 'house')).toBeUndefined();
  });
});
