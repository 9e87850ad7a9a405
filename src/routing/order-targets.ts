import { hash } from 'node:crypto';

/** A place with a share of the calls. */
export interface Weighted {
  /** Stays the same as long as the place is the same: what sticks, sticks to it. */
  readonly key: string;
  /** 0: comes last. */
  readonly weight: number;
  /** Tier: lower ones come first, whatever the weights. */
  readonly priority: number;
}

/**
 * All places in the order in which a call tries them: by tier and within it at random, so that the first of a
 * tier is each one as often as its weight says (Efraimidis and Spirakis 2006, Information Processing
 * Letters 97(5)). With a `stickTo` the same text gets the same order, and a place that comes or goes moves
 * only the texts that it takes or had (weighted rendezvous hashing: Thaler and Ravishankar 1998, IEEE/ACM
 * Transactions on Networking 6(1)).
 */
export function orderTargets<T extends Weighted>(
  places: readonly T[],
  by: { readonly stickTo: string | null; random(): number },
): readonly T[] {
  if (places.length < 2) return places;
  const draws = new Map(
    places.map((place) => {
      const draw = by.stickTo === null ? openUnit(by.random()) : hashUnit(by.stickTo, place.key);
      return [place, -Math.log(draw) / place.weight];
    }),
  );
  const drawOf = (place: T): number => draws.get(place) ?? Number.POSITIVE_INFINITY;
  return places.toSorted((a, b) => a.priority - b.priority || compare(drawOf(a), drawOf(b)));
}

/** Two infinities are equal, where their difference would be no number. */
function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Within (0, 1): the logarithm of 0 would never be chosen, that of 1 always. */
function openUnit(random: number): number {
  return Math.min(1 - Number.EPSILON, Math.max(Number.MIN_VALUE, random));
}

function hashUnit(stickTo: string, key: string): number {
  const digest = hash('sha256', `${stickTo.length}:${stickTo}${key}`, 'buffer');
  return (digest.readUIntBE(0, 6) + 0.5) / 2 ** 48;
}
