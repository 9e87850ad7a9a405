import type { SamplingPlan } from '../contract/judges.ts';
import type { NewId } from '../core/ids.ts';
import type { AfterEvaluated, Evaluated } from '../evaluation/after-evaluated.ts';
import { sampleUnit } from '../evaluation/sample.ts';
import type { RecordStep, ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import type { Rubric } from './rubric.ts';
import { findRubric } from './rubric-store.ts';
import { type JudgeDefaults, type ProjectJudging, readJudging } from './settings.ts';
import { addTasks, type NewTask, type Stratum } from './tasks.ts';

export interface PlanDeps {
  readonly newId: NewId;
  readonly defaults: JudgeDefaults;
}

/** A version of a prompt counts as new for this long. */
const NEW_HOURS = 24;

/**
 * Chooses which of the interactions that were just scored are judged, and queues them in the same transaction. Each
 * is drawn with the highest rate that applies to it, by a hash of its id: the probability is known and stored.
 */
export function planJudging(deps: PlanDeps): AfterEvaluated {
  return async (tx, evaluated) => {
    const projects = await activeProjects(tx, deps, evaluated);
    if (projects.length === 0) return;
    const fresh = projects.some(({ active }) =>
      active.some(({ sampling }) => sampling.newPromptVersion > 0),
    );
    const newVersions = fresh ? await ofNewPromptVersions(tx, evaluated) : new Set<string>();
    const tasks = projects.flatMap(({ projectId, active }) =>
      evaluated
        .filter((one) => one.projectId === projectId)
        .flatMap((one) =>
          active.flatMap(({ rubric, sampling }) =>
            drawn(deps, one, { rubric, strata: strataOf(one, sampling, newVersions) }),
          ),
        ),
    );
    await addTasks(tx, tasks);
  };
}

/** Queues what users liked little, by the rate for that; a step of recording scores. */
export function planOnFeedback(deps: PlanDeps): RecordStep {
  return async (tx, batch) => {
    const low = batch.scores.filter(isLowFeedback);
    if (low.length === 0) return;
    const about = low.map(({ interactionId, interactionCreatedAt, projectId }) => ({
      ...{ interactionId, interactionCreatedAt, projectId },
      scores: [],
    }));
    const projects = await activeProjects(tx, deps, about);
    const tasks = projects.flatMap(({ projectId, active }) =>
      about
        .filter((one) => one.projectId === projectId)
        .flatMap((one) =>
          active.flatMap(({ rubric, sampling }) =>
            drawn(deps, one, { rubric, strata: [['low_feedback', sampling.lowFeedback]] }),
          ),
        ),
    );
    await addTasks(tx, tasks);
  };
}

function isLowFeedback(score: ScoreRow): boolean {
  const { source, name, value, uncounted } = score;
  return source === 'human' && name === 'user_feedback' && value < 0.5 && uncounted !== true;
}

interface Active {
  readonly rubric: Rubric;
  readonly sampling: SamplingPlan;
}

async function activeProjects(
  tx: Queryable,
  { defaults }: PlanDeps,
  evaluated: readonly Evaluated[],
): Promise<{ projectId: string; active: Active[] }[]> {
  const ids = [...new Set(evaluated.map(({ projectId }) => projectId))];
  if (ids.length === 0) return [];
  const judging = await readJudging(tx, ids, defaults);
  const projects: { projectId: string; active: Active[] }[] = [];
  for (const project of judging.values()) {
    const active = await activeRubrics(tx, project);
    if (active.length > 0) projects.push({ projectId: project.projectId, active });
  }
  return projects;
}

async function activeRubrics(tx: Queryable, project: ProjectJudging): Promise<Active[]> {
  const active: Active[] = [];
  for (const [name, { enabled, sampling }] of project.plans) {
    if (!enabled) continue;
    const rubric = await findRubric(tx, { projectId: project.projectId, name });
    if (rubric !== null) active.push({ rubric, sampling });
  }
  return active;
}

type Rate = readonly [Stratum, number];

/** The strata that an interaction belongs to, with the rate of each. */
export function strataOf(
  { interactionId, scores }: Evaluated,
  sampling: SamplingPlan,
  newVersions: ReadonlySet<string>,
): Rate[] {
  const isFlagged = scores.some(({ flagged }) => flagged);
  const isUnclear = scores.some((score) => isUnclearScore(score, sampling.unclearBetween));
  return [
    ['base', sampling.base],
    ...(isFlagged ? ([['flagged', sampling.flagged]] satisfies Rate[]) : []),
    ...(isUnclear ? ([['unclear', sampling.unclear]] satisfies Rate[]) : []),
    ...(newVersions.has(interactionId)
      ? ([['new_prompt_version', sampling.newPromptVersion]] satisfies Rate[])
      : []),
  ];
}

/** What a local evaluator itself calls unclear, or a detector's value in the middle. */
function isUnclearScore(
  { details, source, value }: ScoreRow,
  [low, high]: readonly [number, number],
): boolean {
  if (typeof details?.['clear'] === 'boolean') return details['clear'] === false;
  return source === 'detector' && value > low && value < high;
}

/** The task, if the draw falls below the highest rate; one draw for all strata of a rubric. */
function drawn(
  { newId }: PlanDeps,
  one: Evaluated,
  of: { readonly rubric: Rubric; readonly strata: readonly Rate[] },
): NewTask[] {
  const [stratum, probability] = of.strata.reduce<Rate>(
    (best, rate) => (rate[1] > best[1] ? rate : best),
    ['base', 0],
  );
  if (sampleUnit(one.interactionId, `judge:${of.rubric.name}`) >= probability) return [];
  const { interactionId, interactionCreatedAt, projectId } = one;
  const { name, version } = of.rubric;
  return [
    {
      id: newId(),
      ...{ projectId, rubric: name, version, interactionId, interactionCreatedAt },
      ...{ stratum, probability },
    },
  ];
}

/** Those of the interactions whose prompt's version was first seen within a day. */
async function ofNewPromptVersions(
  tx: Queryable,
  evaluated: readonly Evaluated[],
): Promise<ReadonlySet<string>> {
  const times = evaluated.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  const ids = evaluated.map(({ interactionId }) => interactionId);
  const bounds = [new Date(Math.min(...times)), new Date(Math.max(...times) + 1000)];
  const named = `interactions i where i.created_at >= $1 and i.created_at < $2 and i.id = any($3::uuid[])
    and i.prompt_name is not null and i.prompt_version is not null`;
  await tx.query(
    `insert into judge_prompt_versions (project_id, prompt_name, prompt_version, first_seen_at)
     select i.project_id, i.prompt_name, i.prompt_version, min(i.created_at) from ${named}
     group by 1, 2, 3 order by 1, 2, 3
     on conflict (project_id, prompt_name, prompt_version) do nothing`,
    [...bounds, ids],
  );
  const rows = await tx.query<{ id: string }>(
    `select i.id from interactions i join judge_prompt_versions v
       on v.project_id = i.project_id and v.prompt_name = i.prompt_name and v.prompt_version = i.prompt_version
     where i.created_at >= $1 and i.created_at < $2 and i.id = any($3::uuid[])
       and i.created_at < v.first_seen_at + interval '${NEW_HOURS} hours'`,
    [...bounds, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
