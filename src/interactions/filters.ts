import type { InteractionQuery } from '../contract/interactions.ts';
import { AppError } from '../core/errors.ts';
import { microUsdFromUsd } from '../core/money.ts';
import type { SqlValue } from '../store/database.ts';

/** The filters of a list query, without range and page. */
export type InteractionFilters = Omit<
  InteractionQuery,
  'project' | 'from' | 'to' | 'limit' | 'cursor'
>;

/** The name of calls without a model, in filters as in charts. */
const NO_MODEL = 'unknown';

const SCORE_FILTER = /^([^<>=]{1,64})(<=|>=|<|>|=)(-?\d{1,9}(?:\.\d{1,12})?)$/;

/** Adds a parameter and answers its place holder. */
export type AddParam = (value: SqlValue) => string;

/**
 * The condition that a time column of a related row lies in the range of the list: the database looks only into
 * partitions that it can rule in before it runs.
 */
export type InRange = (column: string) => string;

/**
 * The conditions of the filters over `interactions i`; none when nothing is filtered. Throws `invalid_request` for a
 * score filter that is not `name>0.5`.
 */
export function filterConditions(
  filters: InteractionFilters,
  add: AddParam,
  inRange: InRange,
): string[] {
  return [
    ...equalities(filters, add),
    ...thresholds(filters, add),
    ...scoreConditions(filters, add, inRange),
    ...textConditions(filters, add, inRange),
  ];
}

/** Whether anything is filtered at all. Throws like {@link filterConditions}. */
export function hasFilters(filters: InteractionFilters): boolean {
  const nothing = (): string => '';
  return filterConditions(filters, nothing, nothing).length > 0;
}

function equalities(filters: InteractionFilters, add: AddParam): string[] {
  const columns = {
    'i.provider': filters.provider,
    'i.status': filters.status,
    'i.error_type': filters.errorType,
    'i.operation': filters.operation,
    'i.user_id': filters.user,
    'i.session_id': filters.session,
    'i.origin': filters.origin,
    'i.trace_id': filters.traceId,
    'i.route': filters.route,
    'i.cache': filters.cache,
    'i.experiment_id': filters.experiment,
    'i.experiment_arm': filters.arm,
  };
  const conditions = Object.entries(columns).flatMap(([column, value]) =>
    value === undefined ? [] : [`${column} = ${add(value)}`],
  );
  if (filters.model === NO_MODEL) conditions.push('i.model is null');
  else if (filters.model !== undefined) conditions.push(`i.model = ${add(filters.model)}`);
  if (filters.tag !== undefined) conditions.push(`${add(filters.tag)}::text = any(i.tags)`);
  return conditions;
}

function thresholds({ minLatencyMs, minCostUsd }: InteractionFilters, add: AddParam): string[] {
  return [
    ...(minLatencyMs === undefined ? [] : [`i.latency_ms >= ${add(minLatencyMs)}::float8`]),
    ...(minCostUsd === undefined
      ? []
      : [`i.cost_micro_usd >= ${add(microUsdFromUsd(minCostUsd))}::bigint`]),
  ];
}

function scoreConditions(
  { flagged, score }: InteractionFilters,
  add: AddParam,
  inRange: InRange,
): string[] {
  const scoresOfRow =
    (): string => `select 1 from scores s where s.interaction_created_at = i.created_at
    and s.interaction_id = i.id and ${inRange('s.interaction_created_at')}`;
  const conditions: string[] = [];
  if (flagged !== undefined) {
    conditions.push(`${flagged ? '' : 'not '}exists (${scoresOfRow()} and s.flagged)`);
  }
  if (score !== undefined) {
    const [, name, operator, value] = SCORE_FILTER.exec(score) ?? [];
    if (name === undefined || operator === undefined) {
      throw new AppError(
        'invalid_request',
        'score must be a name, one of < <= > >= = and a number, for example overall<0.5.',
      );
    }
    conditions.push(
      `exists (${scoresOfRow()} and s.name = ${add(name.trim())} and s.value ${operator} ${add(Number(value))}::float8)`,
    );
  }
  return conditions;
}

/**
 * Text is looked for as it is written, in any language, without regard to case: substrings, because Chinese, Japanese
 * and Korean have no word boundaries to rely on. Composed and decomposed forms of the same letters both match.
 */
function textConditions({ q }: InteractionFilters, add: AddParam, inRange: InRange): string[] {
  const text = q?.trim() ?? '';
  if (text === '') return [];
  const forms = new Set([text, text.normalize('NFC'), text.normalize('NFD')]);
  const patterns = add([...forms].map((form) => `%${form.replace(/[\\%_]/g, '\\$&')}%`));
  const like = (column: string): string => `${column} ilike any(${patterns}::text[])`;
  return [
    `(${like('i.prompt_preview')} or ${like('i.response_preview')} or ${like('i.error_message')}
      or exists (select 1 from interaction_bodies b
        where b.created_at = i.created_at and b.interaction_id = i.id and ${inRange('b.created_at')}
          and (${like('b.prompt_text')} or ${like('b.response_text')})))`,
  ];
}
