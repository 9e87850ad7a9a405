import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Queryable, SqlValue } from '../store/database.ts';
import { type AddParam, filterConditions, hasFilters, type InteractionFilters } from './filters.ts';
import { INTERACTION_COLUMNS, type StoredInteraction } from './stored-row.ts';

/** What a page of the list is made of; times in ms. */
export interface ListQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly filters: InteractionFilters;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface ListPage {
  readonly rows: readonly StoredInteraction[];
  /** Where to go on; null when everything in the range was looked at. */
  readonly nextCursor: string | null;
}

/** A row after which a page goes on. */
interface Place {
  readonly at: string;
  readonly id: string;
}

/** How many of the newest rows a filter is tried on before looking at the clock; grows while nothing is found. */
const FIRST_ROWS = { text: 500, fields: 8_000 } as const;
const MOST_ROWS = { text: 2_000, fields: 32_000 } as const;
/** A filter that finds little stops looking after this long and says where to go on. */
const SCAN_BUDGET_MS = 250;

/**
 * A page of interactions, newest first. Without filters it is one indexed read. With filters the newest rows are
 * searched piece by piece; when that takes long the page ends early, possibly empty, with a cursor that goes on from
 * the last row looked at. Throws `invalid_request` for a broken cursor or score filter.
 */
export async function listInteractions(
  database: Queryable,
  question: ListQuestion,
  monotonic: () => number,
): Promise<ListPage> {
  const after = question.cursor === undefined ? null : readCursor(question.cursor);
  return hasFilters(question.filters)
    ? await searchRows(database, { ...question, after }, monotonic)
    : await newestRows(database, { ...question, after });
}

type Asked = ListQuestion & { readonly after: Place | null };

async function newestRows(database: Queryable, asked: Asked): Promise<ListPage> {
  const rows = await readRows(database, asked, null);
  return pageOf(rows, asked.limit);
}

function pageOf(rows: readonly StoredInteraction[], limit: number): ListPage {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown,
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(placeOf(last)) : null,
  };
}

async function searchRows(
  database: Queryable,
  asked: Asked,
  monotonic: () => number,
): Promise<ListPage> {
  const kind = asked.filters.q === undefined ? 'fields' : 'text';
  const deadline = monotonic() + SCAN_BUDGET_MS;
  const found: StoredInteraction[] = [];
  let piece: number = FIRST_ROWS[kind];
  let after = asked.after;
  for (;;) {
    const missing = asked.limit - found.length;
    found.push(...(await readRows(database, { ...asked, after, limit: missing }, piece)));
    if (found.length > asked.limit) return pageOf(found, asked.limit);
    const end = await endOfPiece(database, { ...asked, after }, piece);
    if (end === null) return { rows: found, nextCursor: null };
    if (found.length === asked.limit || monotonic() >= deadline) {
      return { rows: found, nextCursor: cursorOf(end) };
    }
    after = end;
    piece = Math.min(piece * 2, MOST_ROWS[kind]);
  }
}

/** The last of the next `rows` rows, matching or not; null when there are fewer. */
async function endOfPiece(database: Queryable, asked: Asked, rows: number): Promise<Place | null> {
  const { add, values } = parameters();
  const [end] = await database.query<Place>(
    `select created_at::text as at, id from interactions i where ${inRange(asked, add).join(' and ')}
     order by created_at desc, id desc offset ${rows - 1} limit 1`,
    values,
  );
  return end ?? null;
}

/**
 * The matches among the next `piece` rows (null: all rows), one more than asked for, to know whether there are more.
 * The inner limit keeps the order, so that reading stops at the last match that is wanted.
 */
async function readRows(
  database: Queryable,
  asked: Asked,
  piece: number | null,
): Promise<StoredInteraction[]> {
  const { add, values } = parameters();
  const range = inRange(asked, add).join(' and ');
  const { from, to } = asked.range;
  const filters = filterConditions(
    asked.filters,
    add,
    (column) => `${column} >= ${add(from)} and ${column} < ${add(to)}`,
  );
  return await database.query<StoredInteraction>(
    `select ${INTERACTION_COLUMNS} from (
       select * from interactions where ${range}
       order by created_at desc, id desc limit ${piece === null ? asked.limit + 1 : piece}
     ) i ${filters.length === 0 ? '' : `where ${filters.join(' and ')}`}
     order by i.created_at desc, i.id desc limit ${asked.limit + 1}`,
    values,
  );
}

const INSIDE = `('judge', 'run')`;

function inRange({ projectId, range, after, filters }: Asked, add: AddParam): string[] {
  const conditions = [
    `project_id = ${add(projectId)}`,
    `created_at >= ${add(range.from)}`,
    `created_at < ${add(range.to)}`,
    ...(filters.traffic === undefined
      ? []
      : [`origin ${filters.traffic === 'inside' ? 'in' : 'not in'} ${INSIDE}`]),
  ];
  if (after !== null) {
    const at = `${add(after.at)}::timestamptz`;
    conditions.push(`created_at <= ${at} and (created_at, id) < (${at}, ${add(after.id)}::uuid)`);
  }
  return conditions;
}

function parameters(): { add: AddParam; values: SqlValue[] } {
  const values: SqlValue[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

function placeOf(row: StoredInteraction): Place {
  return { at: row.at_text, id: row.id };
}

function cursorOf({ at, id }: Place): string {
  return Buffer.from(`${at}|${id}`).toString('base64url');
}

const TIME_TEXT = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d$/;

function readCursor(cursor: string): Place {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (!TIME_TEXT.test(at) || !isUuid(id)) {
    throw new AppError('invalid_request', 'The cursor is not one of this list.');
  }
  return { at, id };
}

/** Applications are counted in total and by model, the program's own calls by model alone. */
function slicesOf({ traffic }: InteractionFilters, detailed: boolean): string {
  const applications = detailed ? `'model'` : `'all'`;
  if (traffic === 'applications') return applications;
  return traffic === 'inside' ? `'judge', 'run'` : `${applications}, 'judge', 'run'`;
}

/** Filters that roll-ups can count. */
const COUNTABLE = new Set(['model', 'provider', 'operation', 'status', 'traffic']);

/**
 * About how many interactions match, from roll-ups of whole hours (days beyond a week); null when the filters are
 * not kept there.
 */
export async function estimateMatches(
  database: Queryable,
  { projectId, range, filters }: Pick<ListQuestion, 'projectId' | 'range' | 'filters'>,
): Promise<number | null> {
  const used = Object.entries(filters).filter(([, value]) => value !== undefined);
  if (used.some(([name]) => !COUNTABLE.has(name))) return null;
  const { add, values } = parameters();
  const grain = range.to.getTime() - range.from.getTime() > 7 * 86_400_000 ? 'day' : 'hour';
  const detailed = used.some(([name]) => name !== 'status' && name !== 'traffic');
  const columns = {
    model: filters.model,
    provider: filters.provider,
    operation: filters.operation,
  };
  const conditions = [
    `project_id = ${add(projectId)} and grain = '${grain}' and slice in (${slicesOf(filters, detailed)})`,
    `at >= date_trunc('${grain}', ${add(range.from)}::timestamptz, 'UTC') and at < ${add(range.to)}`,
    ...Object.entries(columns).flatMap(([column, value]) =>
      value === undefined ? [] : [`${column} = ${add(value)}`],
    ),
  ];
  const counted = { success: 'requests - errors', error: 'errors', any: 'requests' };
  const [row] = await database.query<{ count: number }>(
    `select coalesce(sum(${counted[filters.status ?? 'any']}), 0)::bigint as count from usage_rollups
     where ${conditions.join(' and ')}`,
    values,
  );
  return row?.count ?? 0;
}
