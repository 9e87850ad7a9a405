import type { z } from 'zod';
import { cheapestSpans, inSpans, Params } from '../analytics/spans.ts';
import {
  MIN_PATTERN_CALLS,
  type PatternFailure,
  type PatternOrder,
  type PatternsReply,
} from '../contract/patterns.ts';
import { type TimeRange, wholeUnits } from '../core/time-range.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { countChangedHours } from './changed-hours.ts';
import { countFailures, countOne, PLACES } from './outcomes.ts';
import { type RankedPattern, rankPatterns } from './rank-patterns.ts';
import { OTHER } from './tally-hour.ts';
import { longestTextOf, partsOf, restoreTokens, type StoredToken } from './template.ts';

/** Hides personal data and secrets in a text; `isCut` when the text goes on. */
export type HidePrivate = (text: string, options: { readonly isCut: boolean }) => string;

export interface PatternsQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly failures: readonly PatternFailure[];
  readonly order: PatternOrder;
  readonly text?: string | undefined;
  readonly onlyWorse: boolean;
  readonly limit: number;
}

type Reply = z.input<typeof PatternsReply>;
type Item = Reply['items'][number];

/** What was counted of one pattern. */
type Counts = readonly number[];

const NONE: Counts = Array.from({ length: PLACES }, () => 0);

/** Prompt groups with how often they fail, against the rest and against as long a time before: from roll-ups. */
export async function patternsOf(
  db: Queryable,
  hide: HidePrivate,
  question: PatternsQuestion,
): Promise<Reply> {
  const { projectId, failures, order, text, onlyWorse, limit } = question;
  const range = wholeUnits(question.range, 'hour');
  const now = await countsByPattern(db, projectId, range);
  const before = await countsByPattern(db, projectId, periodBefore(range));
  const other = now.get(OTHER) ?? NONE;
  const ranked = rank({ now, before }, failures, order);
  const wanted = text === undefined ? null : await patternsWith(db, projectId, text);
  const matching = ranked.filter(
    ({ id, isWorse }) => (wanted === null || wanted.has(id)) && (!onlyWorse || isWorse === true),
  );
  const shown = matching.slice(0, limit);
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    minCalls: MIN_PATTERN_CALLS,
    all: figuresOf(sumOf([...now.values()]), failures),
    other: figuresOf(other, failures),
    total: matching.length,
    items: await describe(db, { projectId, hide, failures }, { shown, counts: now }),
    waitingHours: await countChangedHours(db, { projectId, from: range.from }),
  };
}

/** The one pattern as the list has it; null when nothing of it was counted in the range or it is not known. */
export async function onePattern(
  db: Queryable,
  hide: HidePrivate,
  question: Omit<PatternsQuestion, 'order' | 'onlyWorse' | 'limit'> & { readonly id: string },
): Promise<Item | null> {
  const { projectId, failures, id } = question;
  const range = wholeUnits(question.range, 'hour');
  const now = await countsByPattern(db, projectId, range);
  const before = await countsByPattern(db, projectId, periodBefore(range));
  const shown = rank({ now, before }, failures, 'failures').filter((pattern) => pattern.id === id);
  const [item] = await describe(db, { projectId, hide, failures }, { shown, counts: now });
  return item ?? null;
}

function rank(
  { now, before }: Record<'now' | 'before', ReadonlyMap<string, Counts>>,
  failures: readonly PatternFailure[],
  order: PatternOrder,
): RankedPattern[] {
  const chosen = new Set(failures);
  const patterns = [...now]
    .filter(([id]) => id !== OTHER)
    .map(([id, counts]) => ({
      id,
      calls: callsOf(counts),
      now: countFailures(counts, chosen),
      before: countFailures(before.get(id) ?? NONE, chosen),
    }));
  return rankPatterns(patterns, { rest: countFailures(now.get(OTHER) ?? NONE, chosen), order });
}

function periodBefore({ from, to }: TimeRange): TimeRange {
  return { from: new Date(2 * from.getTime() - to.getTime()), to: from };
}

async function countsByPattern(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<ReadonlyMap<string, Counts>> {
  const params = new Params();
  const rows = await db.query<{ id: string; counts: number[] }>(
    `select coalesce(p.pattern_id, '${OTHER}'::uuid) as id,
       to_jsonb(array[${PLACE_SUMS}]) as counts
     from pattern_rollups r
     left join patterns p on p.project_id = r.project_id and p.id = r.form_id
     where r.project_id = ${params.add(projectId)} and ${inSpans(cheapestSpans(range), params)}
     group by 1`,
    params.values,
  );
  return new Map(rows.map(({ id, counts }) => [id, counts]));
}

const PLACE_SUMS = Array.from(
  { length: PLACES },
  (_, place) => `sum(r.counts[${place + 1}])::bigint`,
).join(', ');

async function patternsWith(
  db: Queryable,
  projectId: string,
  text: string,
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>(
    `select distinct pattern_id as id from patterns
     where project_id = $1 and shown ilike $2`,
    [projectId, `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`],
  );
  return new Set(rows.map(({ id }) => id));
}

interface Describing {
  readonly projectId: string;
  readonly hide: HidePrivate;
  readonly failures: readonly PatternFailure[];
}

async function describe(
  db: Queryable,
  { projectId, hide, failures }: Describing,
  { shown, counts }: { shown: readonly RankedPattern[]; counts: ReadonlyMap<string, Counts> },
): Promise<Item[]> {
  const rows = await db.query<{ id: string; tokens: StoredToken[] }>(
    'select id, tokens from patterns where project_id = $1 and id = any($2::uuid[])',
    [projectId, shown.map(({ id }) => id)],
  );
  const tokensById = new Map(rows.map(({ id, tokens }) => [id, restoreTokens(tokens)]));
  return shown.flatMap((pattern) => {
    const tokens = tokensById.get(pattern.id);
    if (tokens === undefined) return [];
    const { id, shrunk, isWorse, rateBefore, change } = pattern;
    const searchText = longestTextOf(tokens);
    return [
      {
        ...figuresOf(counts.get(id) ?? NONE, failures),
        ...{ id, shrunk, isWorse, before: rateBefore, change },
        template: shownParts(tokens, hide),
        searchText: searchText === null ? null : hide(searchText, { isCut: false }),
      },
    ];
  });
}

/** The parts of a template with whatever is private in its words hidden. */
export function shownParts(
  tokens: Parameters<typeof partsOf>[0],
  hide: HidePrivate,
): Item['template'] {
  return partsOf(tokens).map((part) =>
    'text' in part ? { text: hide(part.text, { isCut: false }) } : part,
  );
}

/** The figures of some counts for the chosen kinds of failure. */
export function figuresOf(counts: Counts, failures: readonly PatternFailure[]): Reply['all'] {
  const { known, failed, seen } = countFailures(counts, new Set(failures));
  return {
    calls: callsOf(counts),
    failed: seen,
    rate: rateInterval(failed, known),
    errors: countOne(counts, 'error'),
    lowQuality: countOne(counts, 'low_quality'),
    flagged: countOne(counts, 'flagged'),
  };
}

function callsOf(counts: Counts): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The sums of some counts, place by place. */
export function sumOf(all: readonly Counts[]): Counts {
  return NONE.map((_, place) => all.reduce((sum, counts) => sum + (counts[place] ?? 0), 0));
}
