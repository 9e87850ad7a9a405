import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineOf, similarityByEmbedding } from './semantic-similarity.ts';

const CALL = { prompt: 'What is tea?', answer: 'A drink of leaves.', model: 'tiny-embed' };

describe('similarity by an embedding model', () => {
  it('asks for both texts at once and names the model', async () => {
    const asked: (readonly string[])[] = [];
    const draft = await similarityByEmbedding((texts) => {
      asked.push(texts);
      return Promise.resolve([
        [1, 0],
        [1, 1],
      ]);
    }, CALL);
    expect(asked).toEqual([[CALL.prompt, CALL.answer]]);
    expect(draft?.value).toBeCloseTo(Math.SQRT1_2);
    expect(draft?.details).toEqual({ method: 'embedding:tiny-embed' });
  });

  it.each([
    ['one vector', [[1, 0]]],
    ['vectors of two lengths', [[1, 0], [1]]],
    ['vectors of nothing', [[], []]],
    [
      'a vector of zeros',
      [
        [0, 0],
        [1, 0],
      ],
    ],
  ])('knows nothing from %s', async (_case, vectors) => {
    expect(await similarityByEmbedding(() => Promise.resolve(vectors), CALL)).toBeNull();
  });

  it('passes on why the model did not answer', async () => {
    const failing = similarityByEmbedding(() => Promise.reject(new Error('away')), CALL);
    await expect(failing).rejects.toThrow('away');
  });
});

describe('the cosine', () => {
  it('is in [0, 1] or unknown, for any vectors', () => {
    const vector = fc.array(fc.double({ noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(vector, vector, (left, right) => {
        const cosine = cosineOf(left, right);
        if (cosine === null) return;
        expect(cosine).toBeGreaterThanOrEqual(0);
        expect(cosine).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('takes opposite directions for nothing in common', () => {
    expect(cosineOf([1, 0], [-1, 0])).toBe(0);
  });
});
