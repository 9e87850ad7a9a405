import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { orderTargets, type Weighted } from './order-targets.ts';

const place = (key: string, weight = 1, priority = 0): Weighted => ({ key, weight, priority });
const first = (places: readonly Weighted[], by: Parameters<typeof orderTargets>[1]): string =>
  orderTargets(places, by)[0]?.key ?? '';

/** Random numbers that are the same at each run (mulberry32, public domain). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shares(pick: (at: number) => string, calls: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let at = 0; at < calls; at += 1) counts[pick(at)] = (counts[pick(at)] ?? 0) + 1 / calls;
  return counts;
}

const PLACES = [place('a', 5), place('b', 3), place('c', 2)];

describe('the order of targets', () => {
  it('puts each one first as often as its weight says', () => {
    const random = seeded(7);
    const picks = Array.from({ length: 20_000 }, () => first(PLACES, { stickTo: null, random }));
    const counted = shares((at) => picks[at] ?? '', picks.length);
    expect(counted['a']).toBeCloseTo(0.5, 1.5);
    expect(counted['b']).toBeCloseTo(0.3, 1.5);
    expect(counted['c']).toBeCloseTo(0.2, 1.5);
  });

  it('gives sticky calls the same shares', () => {
    const pick = (at: number): string =>
      first(PLACES, { stickTo: `user-${at}`, random: Math.random });
    const counted = shares(pick, 10_000);
    expect(counted['a']).toBeCloseTo(0.5, 1.5);
    expect(counted['b']).toBeCloseTo(0.3, 1.5);
  });

  it('is all of them once, by tier, with weight 0 last in its tier', () => {
    const tier = fc.integer({ min: 0, max: 3 });
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1000, noNaN: true }));
    const places = fc
      .array(fc.tuple(weight, tier), { maxLength: 12 })
      .map((list) => list.map(([w, p], at) => place(String(at), w, p)));
    const random = fc.oneof(
      fc.constantFrom(0, 1 - Number.EPSILON),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    );
    fc.assert(
      fc.property(places, fc.option(fc.string()), random, (list, stickTo, value) => {
        const ordered = orderTargets(list, { stickTo, random: () => value });
        expect([...ordered].sort(byKey)).toEqual([...list].sort(byKey));
        const keys = ordered.map(({ priority, weight: w }) => priority * 2 + (w === 0 ? 1 : 0));
        expect(keys).toEqual([...keys].sort((a, b) => a - b));
      }),
    );
  });

  it('stays for whoever sticks, and moves nobody else when a target goes or comes', () => {
    const places = Array.from({ length: 6 }, (_, at) => place(`target-${at}`, 1 + at));
    fc.assert(
      fc.property(fc.string(), fc.nat(5), (stickTo, gone) => {
        const by = { stickTo, random: Math.random };
        const all = orderTargets(places, by).map(({ key }) => key);
        expect(orderTargets(places.toReversed(), by).map(({ key }) => key)).toEqual(all);
        const left = places.filter((_, at) => at !== gone);
        const rest = orderTargets(left, by).map(({ key }) => key);
        expect(rest).toEqual(all.filter((key) => key !== `target-${gone}`));
      }),
    );
  });
});

function byKey(a: Weighted, b: Weighted): number {
  return a.key.localeCompare(b.key);
}
