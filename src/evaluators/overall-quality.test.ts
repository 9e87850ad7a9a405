import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overallQuality } from './overall-quality.ts';
import { DOMAINS } from './text/domains.ts';

const part = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));

describe('overall quality', () => {
  it('weighs the parts by the domain', () => {
    const parts = { similarity: 1, accuracy: 0, relevance: 0, coherence: 0 };
    expect(overallQuality('general', parts)).toBeCloseTo(0.2);
    expect(overallQuality('mathematics', parts)).toBeCloseTo(0.15);
    expect(overallQuality('exploratory', parts)).toBeCloseTo(0.25);
  });

  it('is unknown when no part is known', () => {
    const parts = { similarity: null, accuracy: null, relevance: null, coherence: null };
    expect(overallQuality('general', parts)).toBeNull();
  });

  it('lies between the worst and the best known part, whatever is missing', () => {
    const parts = fc.record({ similarity: part, accuracy: part, relevance: part, coherence: part });
    fc.assert(
      fc.property(fc.constantFrom(...DOMAINS), parts, (domain, given) => {
        const known = Object.values(given).filter((value) => value !== null);
        const quality = overallQuality(domain, given);
        if (quality === null) expect(known).toEqual([]);
        else {
          expect(quality).toBeGreaterThanOrEqual(Math.min(...known) - 1e-12);
          expect(quality).toBeLessThanOrEqual(Math.max(...known) + 1e-12);
        }
      }),
    );
  });
});
