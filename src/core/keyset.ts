import { AppError } from './errors.ts';
import { isUuid } from './ids.ts';

/** A place in a list that is ordered by time and id, newest first. */
export interface Place {
  readonly at: Date;
  readonly id: string;
}

/** A place as text for callers. */
export function toCursor({ at, id }: Place): string {
  return Buffer.from(`${at.getTime()}.${id}`).toString('base64url');
}

/** The place behind a cursor; throws `invalid_request` for one that we did not make. */
export function fromCursor(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [ms = '', id = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  if (!/^\d{1,15}$/.test(ms) || !isUuid(id)) {
    throw new AppError('invalid_request', 'The cursor is not one of this list.');
  }
  return { at: new Date(Number(ms)), id };
}

/** The items of a page and the cursor of the next one, from one row more than the page holds. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (row: Row) => Place,
): { items: Row[]; nextCursor: string | null; estimate: null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? toCursor(placeOf(last)) : null, estimate: null };
}

/** The same for lists in the order of ids, whose cursor is the last id. */
export function cutPageById<Row extends { readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { items: Row[]; nextCursor: string | null; estimate: null } {
  const items = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? (items.at(-1)?.id ?? null) : null;
  return { items, nextCursor, estimate: null };
}
