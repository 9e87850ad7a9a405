import type { JudgeState, JudgesReply } from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { Queryable } from '../store/database.ts';
import { BUILT_IN_RUBRICS } from './built-in-rubrics.ts';
import { type DayCounts, NO_COUNTS } from './count-days.ts';
import { sameFamily } from './model-family.ts';
import { evaluatorOf, type Rubric } from './rubric.ts';
import { listOwnRubrics } from './rubric-store.ts';
import {
  isBuiltIn,
  type JudgeDefaults,
  judgeModelOf,
  type ProjectJudging,
  planOf,
  readJudging,
} from './settings.ts';
import { dayOf } from './spending.ts';

export interface StatusDeps {
  readonly database: Queryable;
  readonly now: () => number;
  readonly defaults: JudgeDefaults;
  /** Whether this installation reaches a gateway to ask models through. */
  readonly reachesGateway: boolean;
}

/** How the judges of a project fare, and what is left of today's budget. Throws `not_found`. */
export async function judgesStatus(deps: StatusDeps, projectId: string): Promise<JudgesReply> {
  const { database, defaults } = deps;
  const judging = (await readJudging(database, [projectId], defaults)).get(projectId);
  if (judging === undefined) throw new AppError('not_found', 'There is no such project.');
  const day = dayOf(deps.now());
  const facts = await readFacts(database, projectId, { day, weekAgo: deps.now() - WEEK_MS });
  const own = await listOwnRubrics(database, projectId);
  const rubrics: readonly Rubric[] = [...BUILT_IN_RUBRICS, ...own];
  return {
    settings: judging.settings,
    budget: await readBudget(database, judging, day),
    problem: deps.reachesGateway
      ? null
      : 'This program reaches no gateway to ask models through: set LQO_GATEWAY_URL.',
    items: rubrics.map((rubric) => stateOf(rubric, { judging, defaults, facts })),
  };
}

const WEEK_MS = 7 * 86_400_000;

async function readBudget(
  db: Queryable,
  { projectId, settings }: ProjectJudging,
  day: string,
): Promise<JudgesReply['budget']> {
  const [row] = await db.query<{ spent: number; reserved: number; exhausted: Date | null }>(
    `select spent_micro_usd as spent, reserved_micro_usd as reserved, exhausted_at as exhausted
     from judge_spending where project_id = $1 and day = $2::date`,
    [projectId, day],
  );
  const limitMicroUsd = settings.dailyBudgetMicroUsd;
  const spentMicroUsd = row?.spent ?? 0;
  const reservedMicroUsd = row?.reserved ?? 0;
  return {
    day,
    limitMicroUsd,
    spentMicroUsd,
    reservedMicroUsd,
    leftMicroUsd: Math.max(0, limitMicroUsd - spentMicroUsd - reservedMicroUsd),
    exhaustedSince: row?.exhausted?.toISOString() ?? null,
  };
}

interface Facts {
  readonly days: ReadonlyMap<string, DayCounts>;
  readonly queue: ReadonlyMap<string, { readonly waiting: number; readonly aside: number }>;
  /** Judged models by evaluator. */
  readonly judged: ReadonlyMap<string, readonly string[]>;
}

async function readFacts(
  db: Queryable,
  projectId: string,
  { day, weekAgo }: { readonly day: string; readonly weekAgo: number },
): Promise<Facts> {
  const days = await db.query<DayCounts & { rubric: string }>(
    `select rubric, asked, judged, reused, by_rule as "byRule", failed, unreadable,
       cost_micro_usd as "costMicroUsd"
     from judge_days where project_id = $1 and day = $2::date`,
    [projectId, day],
  );
  const queue = await db.query<{ rubric: string; waiting: number; aside: number }>(
    `select rubric, count(*) filter (where set_aside_at is null) as waiting,
       count(*) filter (where set_aside_at is not null) as aside
     from judge_tasks where project_id = $1 group by rubric`,
    [projectId],
  );
  const judged = await db.query<{ evaluator: string; models: string[] }>(
    `select evaluator, array_agg(distinct model) as models from score_rollups
     where project_id = $1 and grain = 'day' and at >= $2 and source = 'judge' and model <> ''
     group by evaluator`,
    [projectId, new Date(weekAgo)],
  );
  return {
    days: new Map(days.map((row) => [row.rubric, row])),
    queue: new Map(queue.map((row) => [row.rubric, row])),
    judged: new Map(judged.map((row) => [row.evaluator, row.models])),
  };
}

function stateOf(
  rubric: Rubric,
  of: {
    readonly judging: ProjectJudging;
    readonly defaults: JudgeDefaults;
    readonly facts: Facts;
  },
): JudgeState {
  const { judging, defaults, facts } = of;
  const model = judgeModelOf(judging, rubric, defaults);
  const counts = facts.days.get(rubric.name) ?? NO_COUNTS;
  const queue = facts.queue.get(rubric.name) ?? { waiting: 0, aside: 0 };
  const tried = counts.judged + counts.failed;
  return {
    rubric: rubric.name,
    title: rubric.content.title,
    builtIn: isBuiltIn(rubric.name),
    version: rubric.version,
    model,
    enabled: planOf(judging, rubric.name).enabled,
    scores: rubric.content.criteria.map(({ name }) => name),
    today: {
      asked: counts.asked,
      judged: counts.judged,
      reused: counts.reused,
      decidedByRule: counts.byRule,
      failed: counts.failed,
      unreadable: counts.unreadable,
    },
    failureRate: rateInterval(counts.failed, tried),
    unreadableRate: rateInterval(Math.min(counts.unreadable, counts.asked), counts.asked),
    waiting: queue.waiting,
    setAside: queue.aside,
    sameFamily: sameFamily(model, facts.judged.get(evaluatorOf(rubric)) ?? []),
  };
}
