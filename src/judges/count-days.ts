import type { Queryable } from '../store/database.ts';

/** What happened to judgings of one rubric. */
export interface DayCounts {
  readonly asked: number;
  readonly judged: number;
  readonly reused: number;
  readonly byRule: number;
  readonly failed: number;
  readonly unreadable: number;
  readonly costMicroUsd: number;
}

export const NO_COUNTS: DayCounts = {
  asked: 0,
  judged: 0,
  reused: 0,
  byRule: 0,
  failed: 0,
  unreadable: 0,
  costMicroUsd: 0,
};

/** Adds to the counts of a rubric on a day (UTC). */
export async function countDay(
  db: Queryable,
  of: { readonly projectId: string; readonly rubric: string; readonly day: string },
  more: Partial<DayCounts>,
): Promise<void> {
  const { asked, judged, reused, byRule, failed, unreadable, costMicroUsd } = {
    ...NO_COUNTS,
    ...more,
  };
  await db.query(
    `insert into judge_days as d (project_id, day, rubric, asked, judged, reused, by_rule, failed, unreadable,
       cost_micro_usd)
     values ($1, $2::date, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (project_id, day, rubric) do update set asked = d.asked + excluded.asked,
       judged = d.judged + excluded.judged, reused = d.reused + excluded.reused,
       by_rule = d.by_rule + excluded.by_rule, failed = d.failed + excluded.failed,
       unreadable = d.unreadable + excluded.unreadable,
       cost_micro_usd = d.cost_micro_usd + excluded.cost_micro_usd`,
    [
      of.projectId,
      of.day,
      of.rubric,
      ...[asked, judged, reused, byRule, failed, unreadable],
      costMicroUsd,
    ],
  );
}
