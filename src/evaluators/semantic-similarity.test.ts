import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cosineOf, semanticSimilarity } from './semantic-similarity.ts';
import { createTextReader } from './text/text-facts.ts';

const SUBJECT = {
  operation: 'chat',
  prompt: 'What is tea?',
  instructions: null,
  answer: 'A drink of leaves.',
  answerCharacters: 18,
  finishReason: 'stop',
  callsTools: false,
  requestedFormat: null,
  context: [],
  toolResults: [],
};

describe('given a cosine of embeddings', () => {
  it('is the score, and names the model', () => {
    const subject = { ...SUBJECT, embedded: { cosine: 0.7, model: 'tiny-embed' } };
    const [draft] = semanticSimilarity.evaluate(subject, {}, { read: createTextReader() });
    expect(draft).toMatchObject({ value: 0.7, details: { method: 'embedding:tiny-embed' } });
  });
});

describe('the cosine', () => {
  it.each([
    ['vectors of two lengths', [1, 0], [1]],
    ['vectors of nothing', [], []],
    ['a vector of zeros', [0, 0], [1, 0]],
  ])('is unknown for %s', (_case, left, right) => {
    expect(cosineOf(left, right)).toBeNull();
  });

  it('is the cosine of the angle, and opposite directions have nothing in common', () => {
    expect(cosineOf([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2);
    expect(cosineOf([1, 0], [-1, 0])).toBe(0);
  });

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
});
