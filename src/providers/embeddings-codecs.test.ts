import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import type { EmbeddingsRequest } from './dialect.ts';
import { DIALECTS, dialectOf } from './dialects.ts';
import { NO_USAGE } from './exchange.ts';

const CODECS = DIALECTS.flatMap(({ id, embeddings }) =>
  embeddings === undefined ? [] : [{ id, codec: embeddings }],
);

const REQUEST: EmbeddingsRequest = {
  model: 'e',
  input: ['one', 'two'],
  dimensions: 3,
  encoding: 'float',
  userId: null,
};

describe.each(CODECS)('given embeddings of $id', ({ codec }) => {
  const vector = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 5 });
  const plain = vector.map((values) => values.map((value) => (value === 0 ? 0 : value)));

  it('reads the requests that it wrote', () => {
    const { body, path } = codec.writeRequest(REQUEST);
    expect(codec.readRequest(body, path)).toMatchObject(REQUEST);
  });

  it('reads the answers that it wrote, in any encoding', () => {
    fc.assert(
      fc.property(fc.array(plain, { minLength: 1, maxLength: 3 }), fc.nat(), (vectors, input) => {
        const usage = {
          input,
          cachedInput: null,
          cacheWriteInput: null,
          audioInput: null,
          output: null,
          reasoning: null,
          audioOutput: null,
          source: 'reported' as const,
        };
        const answer = { model: 'e', vectors, usage };
        for (const encoding of ['float', 'base64'] as const) {
          const read = codec.readAnswer(codec.writeAnswer(answer, { ...REQUEST, encoding }));
          expect(read.vectors).toEqual(vectors);
          expect(read.usage.input).toBe(input);
        }
      }),
    );
  });

  it('throws nothing but refusals on wild JSON', () => {
    const keys = fc.constantFrom(
      ...['model', 'input', 'data', 'embeddings', 'embedding', 'index', 'options', 'values'],
      ...['requests', 'content', 'parts', 'text', 'prompt', 'usageMetadata'],
    );
    fc.assert(
      fc.property(fc.object({ key: keys }), (body) => {
        for (const read of [codec.readRequest, codec.readAnswer]) {
          try {
            read({ ...body });
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
          }
        }
      }),
    );
  });
});

describe('given calls for one vector', () => {
  const usage = { ...NO_USAGE, input: 2, source: 'reported' as const };
  const answer = { model: '', vectors: [[0.5, 1]], usage };

  it('answers Gemini clients with one', () => {
    const body = { content: { role: 'user', parts: [{ text: 'a' }, { text: 'b' }] } };
    const request = dialectOf('gemini').embeddings?.readRequest(
      body,
      '/v1beta/models/demo/e:embedContent',
    );
    expect(request).toMatchObject({ model: 'demo/e', input: ['a\nb'], single: true });
    if (request === undefined) return;
    expect(dialectOf('gemini').embeddings?.writeAnswer(answer, request)).toEqual({
      embedding: { values: [0.5, 1] },
      usageMetadata: { promptTokenCount: 2 },
    });
  });

  it('answers older Ollama clients with one', () => {
    const request = dialectOf('ollama').embeddings?.readRequest({ model: 'e', prompt: 'a' });
    expect(request).toMatchObject({ input: ['a'], single: true });
    if (request === undefined) return;
    expect(dialectOf('ollama').embeddings?.writeAnswer(answer, request)).toEqual({
      embedding: [0.5, 1],
    });
  });

  it('names the asked model where the provider names none', () => {
    const body = dialectOf('openai').embeddings?.writeAnswer(answer, REQUEST);
    expect(body).toMatchObject({ model: 'e' });
  });
});

describe('given what other models cannot embed', () => {
  it.each([
    ['gemini', { requests: [{ model: 'models/e', content: { parts: [{ inlineData: {} }] } }] }],
    ['gemini', { model: 'models/e', content: { parts: [{ text: 'a' }] }, taskType: 'CLUSTERING' }],
    ['openai', { model: 'e', input: [1, 2, 3] }],
    ['ollama', { model: 'e', input: 'a', options: { temperature: 1 } }],
  ] as const)('refuses it by name (%s)', (id, body) => {
    expect(() => dialectOf(id).embeddings?.readRequest(body)).toThrow(
      expect.objectContaining({ code: 'unsupported_field' }),
    );
  });
});
