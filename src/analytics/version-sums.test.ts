import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addVersion,
  MAX_VERSIONS,
  mergeVersions,
  OTHER_VERSIONS,
  type VersionSums,
} from './version-sums.ts';

describe('sums by version', () => {
  it('add up, and leave nothing behind when all is taken out', () => {
    const one = new Map<string, VersionSums>([['v1', [2, 1.5, 1.25, 1]]]);
    const stored = mergeVersions({ v1: [1, 1, 1, 0], v2: [1, 0, 0, 1] }, one, 1);
    expect(stored).toEqual({ v1: [3, 2.5, 2.25, 1], v2: [1, 0, 0, 1] });
    expect(mergeVersions(mergeVersions({}, one, 1), one, -1)).toEqual({});
  });

  it('keep their room and lose no score', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }), (names) => {
        const versions = new Map<string, VersionSums>();
        for (const name of names) addVersion(versions, name, [1, 0.5, 0.25, 0]);
        expect(versions.size).toBeLessThanOrEqual(MAX_VERSIONS + 1);
        const n = [...versions.values()].reduce((sum, [count]) => sum + count, 0);
        expect(n).toBe(names.length);
        if (versions.size > MAX_VERSIONS) expect(versions.has(OTHER_VERSIONS)).toBe(true);
      }),
    );
  });
});
