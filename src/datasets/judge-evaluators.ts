import type { RunScore } from '../contract/dataset-runs.ts';
import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';
import type { ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import type { AskJudgeDeps, Held } from '../judges/ask-judge.ts';
import { BUILT_IN_RUBRICS } from '../judges/built-in-rubrics.ts';
import { judgeSubject } from '../judges/judge-subject.ts';
import { findJudgement, keepJudgement } from '../judges/known-judgements.ts';
import { noteNothing } from '../judges/note-calls.ts';
import type { Pace } from '../judges/pace.ts';
import { evaluatorOf, evaluatorVersionOf, type Rubric } from '../judges/rubric.ts';
import { listOwnRubrics } from '../judges/rubric-store.ts';
import {
  type JudgeDefaults,
  judgeModelOf,
  type ProjectJudging,
  readJudging,
} from '../judges/settings.ts';
import { dayOf, reserve, settle } from '../judges/spending.ts';
import type { Database } from '../store/database.ts';
import type { MoreEvaluators, RunAnswer, RunEvaluator } from './run-evaluator.ts';

/** What judges are asked with. */
export interface JudgingDeps extends Pick<AskJudgeDeps, 'ask' | 'price' | 'quirks'> {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly pace: Pace;
  readonly defaults: JudgeDefaults;
}

/**
 * A judge for each rubric of a project, built-in ones first, asked about every answer of a run. They spend from the same
 * daily budget as all judges, and the same content is not paid again. Without `judging` they can be listed and chosen,
 * but not asked: for the thread that runs nothing.
 */
export function judgeEvaluators(database: Database, judging: JudgingDeps | null): MoreEvaluators {
  return async (projectId) => {
    const own = await listOwnRubrics(database, projectId);
    return [...BUILT_IN_RUBRICS, ...own].map((rubric) => evaluatorFor(rubric, judging));
  };
}

function evaluatorFor(rubric: Rubric, judging: JudgingDeps | null): RunEvaluator {
  return {
    id: evaluatorOf(rubric),
    title: rubric.content.title,
    description: rubric.content.description,
    kind: 'judge',
    version: String(rubric.version),
    evaluate: async (answer): Promise<readonly RunScore[]> => {
      if (judging === null) throw new Error('Judges are asked where runs are worked on.');
      return await judge(judging, rubric, answer);
    },
  };
}

async function judge(
  deps: JudgingDeps,
  rubric: Rubric,
  answer: RunAnswer,
): Promise<readonly RunScore[]> {
  const { projectId, subject, reference, model: judgedModel } = answer;
  const { database, defaults } = deps;
  const project = await projectOf(deps, projectId);
  const model = judgeModelOf(project, rubric, defaults);
  const judged = { projectId, rubric, model, judgedModel, subject, reference };
  const known = await findJudgement(database, judged);
  if (known !== null) return scoresOf(rubric, model, known);
  const metadata = { rubric: `${rubric.name}@${rubric.version}` };
  const { signal } = answer;
  const made = await judgeSubject(toolsOf(deps, project), { ...judged, metadata, signal });
  if (made.asked > 0) await keepJudgement(database, judged, made.drafts);
  return scoresOf(rubric, model, made.drafts);
}

async function projectOf(
  { database, defaults }: JudgingDeps,
  projectId: string,
): Promise<ProjectJudging> {
  const project = (await readJudging(database, [projectId], defaults)).get(projectId);
  if (project === undefined) throw new Error('The project is no longer there.');
  return project;
}

/** A judge of this moment who is asked again about what was judged before: known verdicts do not count. */
export interface FreshJudge {
  readonly version: string;
  readonly concurrency: number;
  /** Throws JudgeError when there is no verdict. */
  ask(subject: Subject, signal: AbortSignal): Promise<readonly ScoreDraft[]>;
}

/** Who judges by this rubric now, at the pace and from the budget of all judges of the project. */
export async function freshJudge(
  deps: JudgingDeps,
  projectId: string,
  rubric: Rubric,
): Promise<FreshJudge> {
  const project = await projectOf(deps, projectId);
  const model = judgeModelOf(project, rubric, deps.defaults);
  const metadata = { rubric: `${rubric.name}@${rubric.version}`, anchor: 'true' };
  return {
    version: evaluatorVersionOf(rubric, model),
    concurrency: project.settings.concurrency,
    ask: async (subject, signal): Promise<readonly ScoreDraft[]> => {
      const asked = { projectId, rubric, model, judgedModel: null, reference: null };
      const tools = toolsOf(deps, project);
      return (await judgeSubject(tools, { ...asked, subject, metadata, signal })).drafts;
    },
  };
}

function toolsOf(deps: JudgingDeps, { projectId, settings }: ProjectJudging): AskJudgeDeps {
  const { database, clock, ask, price, quirks, pace, newId } = deps;
  return {
    ...{ ask, price, quirks },
    now: () => clock.now(),
    note: noteNothing(newId),
    pace: (signal) => pace.wait(projectId, settings.perMinute, signal),
    hold: async (microUsd): Promise<Held> => {
      const held = { projectId, taskId: null, step: 'run', day: dayOf(clock.now()), microUsd };
      await reserve(database, { ...held, limitMicroUsd: settings.dailyBudgetMicroUsd });
      return { settle: (costMicroUsd) => settle(database, held, costMicroUsd) };
    },
  };
}

/** Scores carry the rubric's name, because a judge's `overall` is another figure than that of the rules. */
function scoresOf(rubric: Rubric, model: string, drafts: readonly ScoreDraft[]): RunScore[] {
  return drafts.map(({ name, value, label, reason, flagged }) => ({
    name: name === rubric.name ? evaluatorOf(rubric) : `${evaluatorOf(rubric)}.${name}`,
    value,
    label,
    reason,
    source: 'judge',
    evaluator: evaluatorOf(rubric),
    evaluatorVersion: evaluatorVersionOf(rubric, model),
    flagged,
  }));
}
