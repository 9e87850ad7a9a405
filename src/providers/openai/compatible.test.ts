import { describe, expect, it } from 'vitest';
import { forServer } from './compatible.ts';

const BODY = { model: 'm', messages: [], max_completion_tokens: 9, seed: 1, user: 'u' };

describe('given a request that we wrote', () => {
  it.each(['openai', 'azure'])('leaves it as it is for %s', (server) => {
    expect(forServer(BODY, server)).toEqual(BODY);
  });

  it.each(['groq', 'deepseek', 'ollama', 'vllm.example.com'])(
    'limits it as %s knows it',
    (server) => {
      const { max_completion_tokens: max_tokens, ...rest } = BODY;
      expect(forServer(BODY, server)).toEqual({ ...rest, max_tokens });
    },
  );

  it('keeps the newer limit for models that know no other', () => {
    for (const model of ['gpt-5.1', 'o3-mini', 'openai/gpt-5', 'openai/o4']) {
      expect(forServer({ ...BODY, model }, 'openrouter')).toHaveProperty(
        'max_completion_tokens',
        9,
      );
    }
    expect(forServer({ ...BODY, model: 'gpt-oss-20b' }, 'groq')).toHaveProperty('max_tokens', 9);
  });

  it('leaves out what Mistral refuses', () => {
    expect(forServer(BODY, 'mistral')).toEqual({
      model: 'm',
      messages: [],
      max_tokens: 9,
      random_seed: 1,
    });
  });

  it('adds nothing', () => {
    expect(forServer({ model: 'm' }, 'mistral')).toEqual({ model: 'm' });
  });
});
