import { describe, expect, it } from 'vitest';
import { createFeatureModel } from '../src/evaluators/models/feature-model.ts';
import { type FeatureRow, fitFeatures } from './fit-features.ts';

/** The first feature tells the label, the second tells it the wrong way round, the third tells nothing. */
const ROWS: readonly FeatureRow[] = Array.from({ length: 200 }, (_, row) => {
  const label = row % 2;
  const noise = ((row * 37) % 100) / 100;
  const features = Float64Array.of(label + noise, 1 - label + noise / 2, noise);
  return { features, label, weight: 1, group: `group ${row}` };
});

const NAMES = ['first', 'second', 'third'];

function modelOf(signs: readonly (1 | -1 | 0 | null)[]): ReturnType<typeof createFeatureModel> {
  return createFeatureModel(
    {
      name: 'test',
      version: 'v1',
      date: '2026-11-21',
      features: NAMES,
      groups: { only: fitFeatures(ROWS, { l2: 1, signs }) },
      data: [],
      accuracy: {},
      blindSpots: [],
    },
    NAMES,
  );
}

describe('given rows that one feature tells apart', () => {
  it('gives probabilities that do', () => {
    const model = modelOf([1, 0, 0]);
    for (const { features, label } of ROWS) {
      expect(Math.round(model.probability('only', features))).toBe(label);
    }
  });

  it('keeps every weight to its sign, and leaves out what has none', () => {
    const { weights } = modelOf([1, 1, null]).weightsOf('only');
    expect(weights[0]).toBeGreaterThan(0);
    expect(weights[1]).toBe(0);
    expect(weights[2]).toBe(0);
  });

  it('finds where verdicts are clear', () => {
    const { below, above } = modelOf([1, 0, 0]).weightsOf('only').clear;
    expect(below).toBeGreaterThan(0);
    expect(above).toBeLessThan(1);
  });

  it('answers the same twice', () => {
    expect(fitFeatures(ROWS, { l2: 1, signs: [1, 0, 0] })).toEqual(
      fitFeatures(ROWS, { l2: 1, signs: [1, 0, 0] }),
    );
  });
});

describe('given a file for other features', () => {
  it('refuses it', () => {
    const { file } = modelOf([1, 0, 0]);
    expect(() => createFeatureModel(file, ['first', 'second'])).toThrow('other features');
    expect(() => createFeatureModel(file, ['first', 'third', 'second'])).toThrow('other features');
  });

  it('knows no group that it has no weights for', () => {
    expect(() => modelOf([1, 0, 0]).weightsOf('another')).toThrow('no group');
  });
});
