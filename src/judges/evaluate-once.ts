import type { NewId } from '../core/ids.ts';
import type { JudgedOnce } from '../evaluation/routes.ts';
import type { Queryable } from '../store/database.ts';
import { findRubric } from './rubric-store.ts';
import type { JudgedTasks, JudgeWorker } from './worker.ts';

/** The rubric with LLM-Quality-Observer's three scores. */
const RUBRIC = 'quality';
const RECENT_DAYS = 31;

/** Judges the oldest interactions of the last 31 days that no judge has given an overall score. */
export async function judgeOnce(
  deps: {
    readonly database: Queryable;
    readonly newId: NewId;
    readonly now: () => number;
    readonly worker: JudgeWorker;
    /** Who judges by the rubric in this project. */
    readonly modelOf: (projectId: string) => Promise<string>;
  },
  { projectId, limit }: { readonly projectId: string; readonly limit: number },
): Promise<JudgedOnce> {
  const { database, newId, worker } = deps;
  const rubric = await findRubric(database, { projectId, name: RUBRIC });
  const now = deps.now();
  const rows = await database.query<{ id: string; at: Date }>(
    `select i.id, i.created_at as at from interactions i
     where i.project_id = $1 and i.created_at >= $2 and i.created_at < $3 and i.status = 'success'
       and i.operation in ('chat', 'responses', 'completions') and i.origin not in ('judge', 'run')
       and not exists (select 1 from scores s where s.interaction_id = i.id and s.name = 'overall'
         and s.source = 'judge' and s.interaction_created_at >= $2 and s.interaction_created_at < $3)
       and not exists (select 1 from judge_tasks t where t.project_id = $1 and t.rubric = $5
         and t.interaction_id = i.id and t.set_aside_at is not null)
     order by i.created_at, i.id limit $4`,
    [projectId, new Date(now - RECENT_DAYS * 86_400_000), new Date(now + 60_000), limit, RUBRIC],
  );
  const tasks = rows.map(({ id, at }) => ({
    id: newId(),
    projectId,
    rubric: RUBRIC,
    version: rubric?.version ?? 1,
    interactionId: id,
    interactionCreatedAt: at,
    stratum: 'manual' as const,
    probability: 1,
  }));
  const done = await worker.runNow(RUBRIC, tasks);
  return {
    evaluated: done.judged,
    failed: done.failed,
    overBudget: done.overBudget,
    model: await deps.modelOf(projectId),
    overall: meanOf(done, 'overall'),
    instructionFollowing: meanOf(done, 'instruction_following'),
    truthfulness: meanOf(done, 'truthfulness'),
  };
}

function meanOf({ scores }: JudgedTasks, wanted: string): number | null {
  const values = scores.flatMap(({ name, nativeValue }) =>
    name === wanted && nativeValue !== null ? [nativeValue] : [],
  );
  return values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
}
