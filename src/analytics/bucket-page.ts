/** How many rows a stretch of time holds. */
export interface Bucket {
  readonly from: Date;
  readonly to: Date;
  readonly rows: number;
}

/** Where to read: rows before `to`, from `from` on, after leaving out the first `skip`. */
export interface PlaceOfPage {
  readonly from: Date;
  readonly to: Date;
  readonly skip: number;
}

/**
 * Finds a numbered page without counting through the rows before it: the bucket where it begins and the one where it
 * ends. Buckets come newest first. Null when the page lies behind the last row.
 */
export function placeOfPage(
  buckets: readonly Bucket[],
  page: { readonly offset: number; readonly limit: number },
): PlaceOfPage | null {
  let before = 0;
  let place: { to: Date; skip: number } | null = null;
  for (const bucket of buckets) {
    if (place === null && before + bucket.rows > page.offset) {
      place = { to: bucket.to, skip: page.offset - before };
    }
    before += bucket.rows;
    if (place !== null && before >= page.offset + page.limit) {
      return { ...place, from: bucket.from };
    }
  }
  const oldest = buckets.at(-1);
  return place === null || oldest === undefined ? null : { ...place, from: oldest.from };
}

export function rowsIn(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, bucket) => sum + bucket.rows, 0);
}
