import type { z } from 'zod';
import type { PatternFailure, PatternReply } from '../contract/patterns.ts';
import { AppError } from '../core/errors.ts';
import { type TimeRange, unitStarts, wholeUnits } from '../core/time-range.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { countFailures, stateAt } from './outcomes.ts';
import { type HidePrivate, onePattern, shownParts, sumOf } from './pattern-questions.ts';
import type { StoredExample } from './tally-hour.ts';
import { restoreTokens, type StoredToken } from './template.ts';

export interface PatternQuestion {
  readonly projectId: string;
  readonly id: string;
  readonly range: TimeRange;
  readonly failures: readonly PatternFailure[];
}

type Reply = z.input<typeof PatternReply>;

const HOURLY_MS = 7 * 86_400_000;
const MAX_FORMS = 10;
/** Hours whose examples are looked through. */
const EXAMPLE_HOURS = 100;
const MAX_EXAMPLES = 20;
const PREVIEW_CHARACTERS = 200;

/** One pattern over time, with its forms and some of its calls. Throws `not_found` when the range has none of it. */
export async function patternDetail(
  db: Queryable,
  hide: HidePrivate,
  question: PatternQuestion,
): Promise<Reply> {
  const pattern = await onePattern(db, hide, question);
  if (pattern === null) {
    throw new AppError('not_found', 'There are no calls of such a pattern in this time.');
  }
  const range = wholeUnits(question.range, 'hour');
  const isShort = range.to.getTime() - range.from.getTime() <= HOURLY_MS;
  const interval = isShort ? 'hour' : 'day';
  return {
    pattern,
    interval,
    points: await pointsOf(db, question, { range, interval }),
    forms: await formsOf(db, hide, { ...question, range }),
    examples: await examplesOf(db, hide, { ...question, range }),
  };
}

async function pointsOf(
  db: Queryable,
  { projectId, id, failures }: PatternQuestion,
  { range, interval }: { range: TimeRange; interval: 'hour' | 'day' },
): Promise<Reply['points']> {
  const whole = wholeUnits(range, interval);
  const rows = await db.query<{ at: Date; counts: number[] }>(
    `select r.at, to_jsonb(r.counts) as counts
     from pattern_rollups r join patterns p on p.project_id = r.project_id and p.id = r.form_id
     where p.project_id = $1 and p.pattern_id = $2 and r.grain = $3 and r.at >= $4 and r.at < $5`,
    [projectId, id, interval, whole.from, whole.to],
  );
  const chosen = new Set(failures);
  const byTime = Map.groupBy(rows, ({ at }) => at.getTime());
  return unitStarts(whole, interval).map((at) => {
    const counts = sumOf((byTime.get(at.getTime()) ?? []).map((row) => row.counts));
    const { known, failed, seen } = countFailures(counts, chosen);
    const calls = counts.reduce((sum, count) => sum + count, 0);
    return { at: at.toISOString(), calls, failed: seen, rate: rateInterval(failed, known) };
  });
}

async function formsOf(
  db: Queryable,
  hide: HidePrivate,
  { projectId, id, range }: PatternQuestion,
): Promise<Reply['forms']> {
  const rows = await db.query<{ tokens: StoredToken[]; calls: number }>(
    `select p.tokens, r.calls from patterns p
     join (
       select form_id, sum((select sum(c) from unnest(counts) c))::bigint as calls from pattern_rollups
       where project_id = $1 and grain = 'day' and at >= date_trunc('day', $3::timestamptz, 'UTC') and at < $4
       group by form_id
     ) r on r.form_id = p.id
     where p.project_id = $1 and p.pattern_id = $2 and p.id <> $2
     order by r.calls desc, p.id limit ${MAX_FORMS}`,
    [projectId, id, range.from, range.to],
  );
  return rows.map(({ tokens, calls }) => ({
    template: shownParts(restoreTokens(tokens), hide),
    calls,
  }));
}

interface CallRow {
  readonly id: string;
  readonly at: Date;
  readonly model: string | null;
  readonly prompt: string;
  readonly response: string;
}

async function examplesOf(
  db: Queryable,
  hide: HidePrivate,
  { projectId, id, range, failures }: PatternQuestion,
): Promise<Reply['examples']> {
  const hours = await db.query<{ examples: StoredExample[] }>(
    `select r.examples
     from pattern_rollups r join patterns p on p.project_id = r.project_id and p.id = r.form_id
     where p.project_id = $1 and p.pattern_id = $2 and r.grain = 'hour' and r.at >= $3 and r.at < $4
       and r.examples is not null
     order by r.at desc limit ${EXAMPLE_HOURS}`,
    [projectId, id, range.from, range.to],
  );
  const chosen = new Set(failures);
  const hasFailed = ([, , place]: StoredExample): boolean => stateAt(place, chosen) === 'failed';
  const kept = hours
    .flatMap(({ examples }) => examples)
    .toSorted((a, b) => Number(hasFailed(b)) - Number(hasFailed(a)) || b[1] - a[1])
    .slice(0, MAX_EXAMPLES);
  const calls = await db.query<CallRow>(
    `select i.id, i.created_at as at, i.model, i.prompt_preview as prompt, i.response_preview as response
     from unnest($2::uuid[], $3::timestamptz[]) as e(id, at)
     join interactions i on i.id = e.id and i.created_at >= e.at - interval '1 ms'
       and i.created_at < e.at + interval '2 ms' and i.created_at >= $4 and i.created_at < $5
     where i.project_id = $1`,
    [projectId, kept.map(([own]) => own), kept.map(([, at]) => new Date(at)), range.from, range.to],
  );
  const byId = new Map(calls.map((call) => [call.id, call]));
  const hidden = (text: string): string => hide(text, { isCut: text.length >= PREVIEW_CHARACTERS });
  return kept.flatMap(([own, , place]) => {
    const call = byId.get(own);
    if (call === undefined) return [];
    return [
      {
        interactionId: call.id,
        at: call.at.toISOString(),
        failures: KINDS.filter((kind) => stateAt(place, new Set([kind])) === 'failed'),
        model: call.model,
        promptPreview: hidden(call.prompt),
        responsePreview: hidden(call.response),
      },
    ];
  });
}

const KINDS = ['error', 'low_quality', 'flagged'] as const;
