import { describe, expect, it } from 'vitest';
import { addValue, normal, noSums, type Random, seeded } from '../../test/support/seeded-random.ts';
import { type Attribution, attributeChange } from './attribution.ts';
import { differenceOfMeans } from './two-samples.ts';

interface World {
  /** What moves: every verdict of the judge, or the answers of the product. */
  readonly judge: number;
  readonly product: number;
}

const clip = (value: number) => Math.min(1, Math.max(0, value));

/** A verdict on five levels of an answer of this quality. */
function verdict(quality: number, random: Random): number {
  return Math.round(4 * clip(quality + 0.12 * normal(random))) / 4;
}

/** Two weeks of 60 anchors and 300 judged calls, then two days of both. */
function attributed({ judge, product }: World, random: Random): Attribution {
  const differences = noSums();
  for (let anchor = 0; anchor < 60; anchor++) {
    const quality = 0.4 + 0.45 * random();
    const mean = (days: number, shift: number) => {
      const all = Array.from({ length: days }, () => verdict(quality + shift, random));
      return all.reduce((sum, one) => sum + one, 0) / days;
    };
    addValue(differences, mean(2, judge) - mean(14, 0));
  }
  const traffic = (n: number, shift: number) => {
    const sums = noSums();
    for (let call = 0; call < n; call++) {
      addValue(sums, verdict(0.4 + 0.45 * random() + shift, random));
    }
    return sums;
  };
  return attributeChange(
    differenceOfMeans(traffic(2_000, 0), traffic(300, judge + product)),
    differences,
  );
}

/** How often each verdict is given. */
function shares(world: World): Record<Attribution['verdict'], number> {
  const random = seeded(404);
  const runs = 400;
  const counts = { judge: 0, product: 0, both: 0, unknown: 0 };
  for (let run = 0; run < runs; run++) counts[attributed(world, random).verdict] += 1 / runs;
  return counts;
}

describe('the attribution of a change of judged scores', () => {
  it.each([0.1, -0.1, -0.15])('names the judge where the judge drifted by %f', (judge) => {
    expect(shares({ judge, product: 0 }).judge).toBeGreaterThan(0.9);
  });

  it.each([0.1, -0.1, -0.15])('names the product where the product changed by %f', (product) => {
    expect(shares({ judge: 0, product }).product).toBeGreaterThan(0.9);
  });

  it('names both where both did', () => {
    expect(shares({ judge: -0.1, product: -0.1 }).both).toBeGreaterThan(0.9);
  });

  it('names neither where nothing changed', () => {
    expect(shares({ judge: 0, product: 0 }).unknown).toBeGreaterThan(0.9);
  });

  it('is unknown below ten anchors', () => {
    const traffic = { value: -0.1, n: 300, low: -0.12, high: -0.08 };
    const nine = { n: 9, sum: 0, sumOfSquares: 0 };
    expect(attributeChange(traffic, nine)).toMatchObject({
      verdict: 'unknown',
      anchor: { value: 0, n: 9, low: null },
      product: { value: -0.1, low: null },
    });
    const none = { n: 0, sum: 0, sumOfSquares: 0 };
    expect(attributeChange(traffic, none).anchor.value).toBeNull();
  });

  it('does not take anchors that never moved for certain', () => {
    const traffic = { value: -0.1, n: 300, low: -0.12, high: -0.08 };
    const {
      anchor,
      product,
      verdict: said,
    } = attributeChange(traffic, {
      ...{ n: 60, sum: 0, sumOfSquares: 0 },
    });
    expect(said).toBe('product');
    expect(anchor.high).toBeGreaterThan(0.01);
    expect((product.high ?? 0) - (product.low ?? 0)).toBeGreaterThan(0.04);
  });
});
