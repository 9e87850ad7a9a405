import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addValue,
  noSums,
  type Random,
  type Sums,
  seeded,
} from '../../test/support/seeded-random.ts';
import { rankSlices, type Slice, type SliceChange } from './slice-contributions.ts';

interface Group {
  readonly key: string;
  /** Share of the traffic and pass rate. */
  readonly share: number;
  readonly rate: number;
}

/** Observations in sessions of `size` that belong to one group and are alike by `likeness`. */
function draw(
  groups: readonly Group[],
  n: number,
  [random, size]: [Random, number],
): Map<string, Sums> {
  const sums = new Map(groups.map(({ key }) => [key, noSums()]));
  for (let at = 0; at < n; at += size) {
    const group = pick(groups, random());
    const sessionSums = sums.get(group.key) ?? noSums();
    const pass = () => (random() < group.rate ? 1 : 0);
    const shared = pass();
    for (let one = 0; one < size; one++) {
      addValue(sessionSums, random() < Math.SQRT1_2 ? shared : pass());
    }
  }
  return sums;
}

function pick(groups: readonly Group[], place: number): Group {
  let rest = place;
  for (const group of groups) {
    rest -= group.share;
    if (rest < 0) return group;
  }
  return groups[0] ?? { key: 'none', share: 1, rate: 0 };
}

function totalOf(parts: Iterable<Sums>): Sums {
  const total = noSums();
  for (const part of parts) {
    total.n += part.n;
    total.sum += part.sum;
    total.sumOfSquares += part.sumOfSquares;
  }
  return total;
}

function ranked(
  before: readonly Group[],
  after: readonly Group[],
  [random, size, n]: [Random, number, number],
): SliceChange<string>[] {
  const [was, is] = [draw(before, n, [random, size]), draw(after, n, [random, size])];
  const keys = [...new Set([...was.keys(), ...is.keys()])];
  const slices: Slice<string>[] = keys.map((key) => ({
    key,
    before: was.get(key) ?? noSums(),
    after: is.get(key) ?? noSums(),
  }));
  return rankSlices({
    before: totalOf(was.values()),
    after: totalOf(is.values()),
    slices,
    isRate: true,
    designEffect: 1 + (size - 1) * 0.5,
  });
}

const even = (rate: (at: number) => number, groups = 20): Group[] =>
  Array.from({ length: groups }, (_, at) => ({ key: `m${at}`, share: 1 / groups, rate: rate(at) }));

describe('contributions of slices', () => {
  it('add up to the change of the whole, as parts of it', () => {
    const moments = fc
      .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 })
      .map((values) => {
        const sums = noSums();
        for (const value of values) addValue(sums, value);
        return sums;
      });
    fc.assert(
      fc.property(fc.array(fc.tuple(moments, moments), { minLength: 1, maxLength: 6 }), (pairs) => {
        const [before, after] = [
          totalOf(pairs.map(([one]) => one)),
          totalOf(pairs.map(([, one]) => one)),
        ];
        const slices = pairs.map(([was, is], key) => ({ key, before: was, after: is }));
        const all = rankSlices({ before, after, slices, isRate: false, designEffect: 1 });
        const change = after.sum / after.n - before.sum / before.n;
        const sum = all.reduce((total, { contribution }) => total + (contribution.value ?? 0), 0);
        expect(sum).toBeCloseTo(change, 9);
        expect(all.reduce((total, { excess }) => total + excess, 0)).toBeCloseTo(0, 9);
      }),
    );
  });

  it('equal values worked by hand', () => {
    // A falls from 0.9 to 0.7 with half of the traffic: minus 0.1 in all, all of it A's.
    const of = (n: number, sum: number) => ({ n, sum, sumOfSquares: sum });
    const [first, second] = rankSlices({
      before: of(2_000, 1_800),
      after: of(2_000, 1_600),
      slices: [
        { key: 'B', before: of(1_000, 900), after: of(1_000, 900) },
        { key: 'A', before: of(1_000, 900), after: of(1_000, 700) },
      ],
      isRate: true,
      designEffect: 1,
    });
    expect(first).toMatchObject({ key: 'A', explains: true });
    expect(first?.contribution.value).toBeCloseTo(-0.1, 12);
    expect(first?.share).toBeCloseTo(1, 12);
    expect(first?.excess).toBeCloseTo(-0.05, 12);
    expect(second).toMatchObject({ key: 'B', explains: false });
    expect(second?.contribution.value).toBeCloseTo(0, 12);
  });
});

describe('slices that explain a change', () => {
  it('are found where one of twenty fell', () => {
    const random = seeded(1);
    const runs = 100;
    let first = 0;
    let innocent = 0;
    for (let run = 0; run < runs; run++) {
      const all = ranked(
        even(() => 0.9),
        even((at) => (at === 7 ? 0.6 : 0.9)),
        [random, 1, 8_000],
      );
      if (all[0]?.key === 'm7' && all[0].explains) first += 1;
      innocent += all.filter(({ key, explains }) => explains && key !== 'm7').length;
    }
    expect(first / runs).toBeGreaterThan(0.97);
    expect(innocent / runs).toBeLessThan(0.1);
  });

  it('are not named where everything fell alike', () => {
    const random = seeded(2);
    let named = 0;
    for (let run = 0; run < 200; run++) {
      const all = ranked(
        even(() => 0.9),
        even(() => 0.8),
        [random, 1, 8_000],
      );
      if (all.some(({ explains }) => explains)) named += 1;
    }
    expect(named / 200).toBeLessThan(0.08);
  });

  it('are not named by chance where sessions are alike', () => {
    const random = seeded(3);
    let named = 0;
    for (let run = 0; run < 200; run++) {
      const all = ranked(
        even(() => 0.9, 5),
        even(() => 0.9, 5),
        [random, 6, 6_000],
      );
      if (all.some(({ explains }) => explains)) named += 1;
    }
    expect(named / 200).toBeLessThan(0.08);
  });

  it('are found where a bad one is new or grew, though none of them changed', () => {
    const before = [
      { key: 'good', share: 0.95, rate: 0.95 },
      { key: 'bad', share: 0.05, rate: 0.5 },
    ];
    const grown = [
      { key: 'good', share: 0.7, rate: 0.95 },
      { key: 'bad', share: 0.3, rate: 0.5 },
    ];
    const fresh = [
      { key: 'good', share: 0.7, rate: 0.95 },
      { key: 'new', share: 0.3, rate: 0.5 },
    ];
    for (const after of [grown, fresh]) {
      const all = ranked(before, after, [seeded(4), 1, 4_000]);
      expect(all[0]).toMatchObject({ key: after[1]?.key, explains: true });
    }
  });

  it('have intervals of their contribution that hold the truth 95 times in 100', () => {
    const random = seeded(5);
    const runs = 600;
    let covered = 0;
    for (let run = 0; run < runs; run++) {
      const before = [
        { key: 'a', share: 0.3, rate: 0.9 },
        { key: 'b', share: 0.7, rate: 0.8 },
      ];
      const after = [
        { key: 'a', share: 0.5, rate: 0.7 },
        { key: 'b', share: 0.5, rate: 0.8 },
      ];
      const a = ranked(before, after, [random, 1, 2_000]).find(({ key }) => key === 'a');
      // 0.5 (0.7 − 0.83) − 0.3 (0.9 − 0.83).
      const truth = -0.086;
      if ((a?.contribution.low ?? 1) <= truth && truth <= (a?.contribution.high ?? -1))
        covered += 1;
    }
    expect(Math.abs(covered / runs - 0.95)).toBeLessThan(0.03);
  });

  it('are not tested on a handful', () => {
    const of = (n: number, sum: number) => ({ n, sum, sumOfSquares: sum });
    const [one] = rankSlices({
      before: of(1_000, 900),
      after: of(1_000, 890),
      slices: [{ key: 'few', before: of(9, 9), after: of(10, 0) }],
      isRate: true,
      designEffect: 1,
    });
    expect(one).toMatchObject({ pValue: null, qValue: null, explains: false });
    expect(one?.contribution.low).toBeNull();
  });
});
