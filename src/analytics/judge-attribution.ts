import type { ChangesReply, JudgeAttribution } from '../contract/changes.ts';
import { attributeChange } from '../statistics/attribution.ts';
import type { Queryable } from '../store/database.ts';
import type { Measure } from './observed-slices.ts';
import { Params } from './spans.ts';

const DAY_MS = 86_400_000;
/** Anchors are judged once a day, so periods reach that much further than those of traffic. */
const BEFORE_DAYS = 14;
const AFTER_DAYS = 2;
/** As judges flag: below the middle of the scale. */
const FLAGGED_BELOW = 0.5;

interface Row {
  readonly n: number;
  readonly sum: number | null;
  readonly sumsq: number | null;
  readonly versions_before: string[] | null;
  readonly versions_after: string[] | null;
}

/**
 * Whether a change of a judge's scores is the judge's own: its verdicts over its anchor set before and after. Null for
 * what no single judge measured.
 */
export async function attributeToJudge(
  db: Queryable,
  { projectId, measure }: { readonly projectId: string; readonly measure: Measure },
  { change, after }: Pick<ChangesReply, 'change' | 'after'>,
): Promise<JudgeAttribution | null> {
  const [, rubric] = /^judge:(.+)$/.exec(measure.evaluator ?? '') ?? [];
  if (rubric === undefined) return null;
  const params = new Params();
  const cut = params.add(new Date(after.from));
  const x = judgedValue(measure, params);
  const name = measure.score === null ? 'is_main' : `name = ${params.add(measure.score)}`;
  const [row] = await db.query<Row>(
    `with v as (
       select item_id, judged_at >= ${cut} as is_after, ${x} as x, evaluator_version from judge_anchor_verdicts
       where project_id = ${params.add(projectId)} and rubric = ${params.add(rubric)} and ${name}
         and judged_at >= ${params.add(new Date(Date.parse(after.from) - BEFORE_DAYS * DAY_MS))}
         and judged_at < ${params.add(new Date(Date.parse(after.to) + AFTER_DAYS * DAY_MS))}),
     d as (
       select avg(x) filter (where is_after) - avg(x) filter (where not is_after) as d from v group by item_id)
     select count(d) as n, sum(d) as sum, sum(d * d) as sumsq,
       (select array_agg(distinct evaluator_version order by evaluator_version) from v where not is_after) as versions_before,
       (select array_agg(distinct evaluator_version order by evaluator_version) from v where is_after) as versions_after
     from d`,
    params.values,
  );
  const { value, n, low, high } = change;
  const differences = { n: row?.n ?? 0, sum: row?.sum ?? 0, sumOfSquares: row?.sumsq ?? 0 };
  return {
    rubric,
    traffic: { value, n, low, high },
    ...attributeChange({ value, n, low, high }, differences),
    versions: { before: row?.versions_before ?? [], after: row?.versions_after ?? [] },
  };
}

function judgedValue({ kind, passAt }: Measure, params: Params): string {
  if (kind === 'score_rate') {
    return `(case when value >= ${params.add(passAt)}::float8 then 1 else 0 end)::float8`;
  }
  return kind === 'flag_rate'
    ? `(case when value < ${FLAGGED_BELOW} then 1 else 0 end)::float8`
    : 'value';
}
