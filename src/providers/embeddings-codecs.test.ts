import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import type { EmbeddingsRequest } from './dialect.ts';
import { DIALECTS } from './dialects.ts';

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
    expect(codec.readRequest(codec.writeRequest(REQUEST).body)).toEqual(REQUEST);
  });

  it('reads the answers that it wrote, in any encoding', () => {
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 3 }), fc.nat(), (vectors, input) => {
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
    const keys = fc.constantFrom('model', 'input', 'data', 'embeddings', 'index', 'options');
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
