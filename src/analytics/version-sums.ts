/** Sums of one version's scores, as roll-ups keep them: count, sum, sum of squares, flagged. */
export type VersionSums = readonly [n: number, sum: number, sumOfSquares: number, flagged: number];

/** Versions beyond this many of one bucket share one name: rules that are often changed would fill it. */
export const MAX_VERSIONS = 20;
export const OTHER_VERSIONS = '(other)';

const NOTHING: VersionSums = [0, 0, 0, 0];

/** Adds sums to those of a version; `sign` −1 takes them out. */
export function addVersion(
  versions: Map<string, VersionSums>,
  version: string,
  [n, sum, squares, flagged]: VersionSums,
): void {
  const room = versions.has(version) || versions.size < MAX_VERSIONS;
  const name = room ? version : OTHER_VERSIONS;
  const before = versions.get(name) ?? NOTHING;
  versions.set(name, [before[0] + n, before[1] + sum, before[2] + squares, before[3] + flagged]);
}

/** What is stored after a batch; versions of which nothing is left go. */
export function mergeVersions(
  stored: Readonly<Record<string, VersionSums>>,
  added: ReadonlyMap<string, VersionSums>,
  sign: 1 | -1,
): Record<string, VersionSums> {
  const versions = new Map(Object.entries(stored));
  for (const [version, [n, sum, squares, flagged]] of added) {
    addVersion(versions, version, [sign * n, sign * sum, sign * squares, sign * flagged]);
  }
  return Object.fromEntries([...versions].filter(([, [n]]) => n > 0));
}
