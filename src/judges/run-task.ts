import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Ask } from '../evaluation/ask.ts';
import { type LoadedInteraction, loadInteractions } from '../evaluation/load-subjects.ts';
import { toScoreRows } from '../evaluation/score-rows.ts';
import type { ScoreDraft } from '../evaluators/define-evaluator.ts';
import { EMPTY_BATCH, type RecordStep, type ScoreRow } from '../interactions/record.ts';
import type { Pricer } from '../pricing/price.ts';
import type { Database } from '../store/database.ts';
import type { AskJudgeDeps, Held, Quirks } from './ask-judge.ts';
import { countDay, type DayCounts } from './count-days.ts';
import { JudgeError } from './judge-error.ts';
import { judgeSubject } from './judge-subject.ts';
import type { Judgement } from './judgement.ts';
import { findJudgement, type Judged, keepJudgement } from './known-judgements.ts';
import { noteForTask } from './note-calls.ts';
import type { Pace } from './pace.ts';
import { evaluatorOf, evaluatorVersionOf, type Rubric } from './rubric.ts';
import { findRubric } from './rubric-store.ts';
import { type JudgeDefaults, judgeModelOf, type ProjectJudging } from './settings.ts';
import { dayOf, reserve, settle } from './spending.ts';
import { noteFailure, release, type Task, takeOff } from './tasks.ts';

export interface JudgeDeps {
  readonly database: Database;
  /** Writes scores: storing, roll-ups and whatever else is joined to it, in the given transaction. */
  readonly record: RecordStep;
  readonly ask: Ask;
  /** The prices of this moment. */
  readonly price: () => Promise<Pricer>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  /** On the scale 1 to 5; an overall score at or below it is of low quality. */
  readonly lowQualityThreshold: number;
  readonly defaults: JudgeDefaults;
  readonly pace: Pace;
  readonly quirks: Quirks;
  /** Resolves when what was spooled before is in the database. */
  readonly loaded: () => Promise<void>;
  /** Names the claims of this program. */
  readonly worker: string;
}

/** How a task ended. */
export type TaskOutcome =
  | { readonly kind: 'judged'; readonly scores: readonly ScoreRow[]; readonly model: string }
  /** Nothing can be said of it, or somebody else has said it. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'failed'; readonly aside: boolean }
  | { readonly kind: 'over_budget' }
  | { readonly kind: 'stopped' };

const OVER_BUDGET_WAIT_SECONDS = 30;

/** Judges one claimed task and writes what came of it. Throws only when the database is away. */
export async function runTask(
  deps: JudgeDeps,
  of: { readonly task: Task; readonly judging: ProjectJudging; readonly signal: AbortSignal },
): Promise<TaskOutcome> {
  const { task, signal } = of;
  const { database, worker } = deps;
  try {
    return await judgeTask(deps, of);
  } catch (thrown) {
    if (thrown instanceof JudgeError && thrown.code === 'over_budget') {
      const waitSeconds = OVER_BUDGET_WAIT_SECONDS;
      await release(database, { id: task.id, worker, waitSeconds });
      return { kind: 'over_budget' };
    }
    if (signal.aborted) {
      await release(database, { id: task.id, worker, waitSeconds: 0 });
      return { kind: 'stopped' };
    }
    return await failed(deps, task, asError(thrown));
  }
}

async function failed(deps: JudgeDeps, task: Task, error: Error): Promise<TaskOutcome> {
  const { database, worker, clock, metrics } = deps;
  const known = error instanceof JudgeError ? error : null;
  // An error that is no judge's may be the database's: asked the simplest question, it throws again.
  if (known === null) await database.query('select 1 as one');
  const outcome = await noteFailure(
    database,
    { task, worker },
    {
      reason: error.message,
      rawReply: known?.rawReply ?? null,
      retryable: known?.retryable ?? false,
      retryAfterMs: known?.retryAfterMs ?? null,
    },
  );
  const unreadable = known?.code === 'unreadable' ? 2 : 0;
  const day = dayOf(clock.now());
  await countDay(database, { ...task, day }, { failed: 1, asked: unreadable, unreadable });
  metrics.evaluator.evaluations.inc({ judge_type: 'llm', status: 'error' });
  metrics.judges.failures.inc({ reason: known?.code ?? 'error' });
  return { kind: 'failed', aside: outcome === 'aside' };
}

async function judgeTask(
  deps: JudgeDeps,
  { task, judging, signal }: { task: Task; judging: ProjectJudging; signal: AbortSignal },
): Promise<TaskOutcome> {
  const { database, clock, defaults } = deps;
  const started = clock.monotonic();
  const { projectId, rubric: name, version } = task;
  const rubric = await findRubric(database, { projectId, name, version });
  if (rubric === null) throw new Error('The rubric is no longer there.');
  const interaction = (await loadInteractions(database, [task])).get(task.interactionId);
  if (interaction === undefined) throw new Error('The interaction is no longer there.');
  const { subject } = interaction;
  if (subject === null) return await finish(deps, task, { scores: [], counts: { byRule: 1 } });
  const model = judgeModelOf(judging, rubric, defaults);
  const judgedModel = interaction.model;
  const judged: Judged = { projectId, rubric, model, judgedModel, subject, reference: null };
  const known = await findJudgement(database, judged);
  const judgement =
    known === null
      ? await judgeSubject(toolsFor(deps, task, judging), {
          ...judged,
          metadata: { rubric: `${name}@${version}`, judged: task.interactionId },
          signal,
        })
      : null;
  if (judgement !== null && judgement.asked > 0) {
    await keepJudgement(database, judged, judgement.drafts);
  }
  const drafts = judgement?.drafts ?? known ?? [];
  const made = { rubric, model, drafts: drafts.map((draft) => chosen(draft, task)) };
  const scores = rowsOf(deps, interaction, made);
  const ended = await finish(deps, task, { scores, counts: countsOf(judgement) });
  if (ended.kind !== 'judged') return ended;
  note(deps, ended.scores, (clock.monotonic() - started) / 1000);
  return { ...ended, model };
}

/** Every score says how likely it was to be made: estimates weigh by the inverse. */
function chosen(draft: ScoreDraft, { probability, stratum }: Task): ScoreDraft {
  return {
    ...draft,
    details: { ...draft.details, samplingProbability: probability, stratum },
  };
}

function rowsOf(
  { clock }: JudgeDeps,
  interaction: LoadedInteraction,
  of: { readonly rubric: Rubric; readonly model: string; readonly drafts: readonly ScoreDraft[] },
): ScoreRow[] {
  const said = {
    evaluator: evaluatorOf(of.rubric),
    version: evaluatorVersionOf(of.rubric, of.model),
    kind: 'judge' as const,
    drafts: of.drafts,
  };
  return toScoreRows(interaction, said, new Date(clock.now()));
}

function countsOf(judgement: Judgement | null): Partial<DayCounts> {
  if (judgement === null) return { reused: 1 };
  const { asked, unreadable, costMicroUsd, byRule } = judgement;
  if (byRule !== null) return { byRule: 1 };
  return { judged: 1, asked, unreadable, costMicroUsd: costMicroUsd ?? 0 };
}

/** What tasks ask with: noted before, paid from the budget, at the project's pace. */
export function toolsFor(
  deps: JudgeDeps,
  task: Pick<Task, 'id' | 'projectId' | 'attempts'>,
  { settings }: ProjectJudging,
): AskJudgeDeps {
  const { database, clock, ask, price, quirks, pace } = deps;
  let step = '';
  const note = noteForTask(deps, task);
  return {
    ask,
    price,
    quirks,
    now: () => clock.now(),
    note: (name): ReturnType<typeof note> => {
      step = name;
      return note(name);
    },
    pace: (signal) => pace.wait(task.projectId, settings.perMinute, signal),
    hold: async (microUsd): Promise<Held> => {
      const spender = { projectId: task.projectId, taskId: task.id };
      const held = { ...spender, step, day: dayOf(clock.now()), microUsd };
      await reserve(database, { ...held, limitMicroUsd: settings.dailyBudgetMicroUsd });
      return { settle: (costMicroUsd) => settle(database, held, costMicroUsd) };
    },
  };
}

async function finish(
  deps: JudgeDeps,
  task: Task,
  done: { readonly scores: readonly ScoreRow[]; readonly counts: Partial<DayCounts> },
): Promise<TaskOutcome> {
  const { database, record, worker, clock } = deps;
  return await database.transaction(async (tx) => {
    if (!(await takeOff(tx, task.id, worker))) return { kind: 'nothing' };
    const existing = await tx.query<{ id: string }>(
      `select id from scores where interaction_created_at >= $1 and interaction_created_at < $2
         and interaction_id = $3 and source = 'judge'`,
      [
        task.interactionCreatedAt,
        new Date(task.interactionCreatedAt.getTime() + 1000),
        task.interactionId,
      ],
    );
    const known = new Set(existing.map(({ id }) => id));
    const scores = done.scores.filter(({ id }) => !known.has(id));
    if (scores.length > 0) await record(tx, { ...EMPTY_BATCH, scores });
    await countDay(tx, { ...task, day: dayOf(clock.now()) }, done.counts);
    if (done.scores.length === 0) return { kind: 'nothing' };
    return { kind: 'judged', scores: done.scores, model: '' };
  });
}

/** What system L's metrics tell of judges. */
function note(
  { metrics, lowQualityThreshold }: JudgeDeps,
  scores: readonly ScoreRow[],
  seconds: number,
): void {
  const { evaluator } = metrics;
  evaluator.evaluations.inc({ judge_type: 'llm', status: 'success' });
  evaluator.duration.observe({ judge_type: 'llm' }, seconds);
  for (const { name, nativeValue } of scores) {
    if (!L_SCORES.has(name) || nativeValue === null) continue;
    evaluator.scores.observe({ judge_type: 'llm', score_type: name }, nativeValue);
    if (name === 'overall' && nativeValue <= lowQualityThreshold) {
      evaluator.lowQuality.inc({ judge_type: 'llm' });
    }
  }
}

/** Labels of a metric must be bounded: those of LLM-Quality-Observer. */
const L_SCORES: ReadonlySet<string> = new Set(['overall', 'instruction_following', 'truthfulness']);
