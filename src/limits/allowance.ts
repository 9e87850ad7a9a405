/**
 * Allowances by the minute as leaky buckets: what was used runs off evenly, `limit` in 60 s. Everything is
 * counted in grains, 60 000 of them a request or token, of which `limit` run off each millisecond: whole
 * numbers only, so that this program and the script in Redis come to the same result to the last digit.
 */
export const GRAINS = 60_000;

/** Grains in use at `nowMs` of what was in use at `atMs`. Time that runs backwards changes nothing. */
export function levelAt(
  bucket: { readonly level: number; readonly atMs: number },
  limit: number,
  nowMs: number,
): number {
  const passed = nowMs - bucket.atMs;
  return passed <= 0 ? bucket.level : Math.max(0, bucket.level - limit * passed);
}

/** Milliseconds until `amount` more fits; 0 when it fits now. */
export function waitMs(level: number, limit: number, amount: number): number {
  return Math.max(0, Math.ceil((level + (amount - limit) * GRAINS) / limit));
}

/** Milliseconds until nothing is in use. */
export function resetMs(level: number, limit: number): number {
  return Math.ceil(level / limit);
}

/** Whole requests or tokens that are left. */
export function remaining(level: number, limit: number): number {
  return Math.max(0, Math.floor((limit * GRAINS - level) / GRAINS));
}
