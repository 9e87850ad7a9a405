import type { z } from 'zod';
import { JudgeSettings, RubricPlan, SamplingPlan } from '../contract/judges.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { builtInRubric } from './built-in-rubrics.ts';
import type { Rubric } from './rubric.ts';

/** What the installation says about judges. */
export interface JudgeDefaults {
  /** `OPENAI_MODEL_JUDGE`. */
  readonly model: string;
  /** `EVALUATION_JUDGE_TYPE`: with `llm` everything is judged by the rubric `quality`, unless a project says otherwise. */
  readonly judgeType: 'rule' | 'llm';
}

/** The judge that needs no account. */
export const DEMO_JUDGE = 'demo/judge';

/** A dollar a day, until somebody decides otherwise. */
const DEFAULT_SETTINGS: JudgeSettings = {
  dailyBudgetMicroUsd: 1_000_000,
  concurrency: 4,
  perMinute: 120,
  model: null,
};

/** What a project says about judges, with the defaults where it says nothing. */
export interface ProjectJudging {
  readonly projectId: string;
  readonly isDemo: boolean;
  readonly settings: JudgeSettings;
  readonly plans: ReadonlyMap<string, RubricPlan>;
}

interface ProjectRow {
  readonly id: string;
  readonly is_demo: boolean;
  readonly settings: unknown;
  readonly plans: Readonly<Record<string, unknown>> | null;
}

/** The settings and plans of projects, by id; projects that are gone are missing. */
export async function readJudging(
  db: Queryable,
  projectIds: readonly string[],
  defaults: JudgeDefaults,
): Promise<ReadonlyMap<string, ProjectJudging>> {
  const rows = await db.query<ProjectRow>(
    `select p.id, p.is_demo, s.settings,
       (select jsonb_object_agg(r.rubric, r.plan) from rubric_plans r where r.project_id = p.id) as plans
     from projects p left join judge_settings s on s.project_id = p.id where p.id = any($1::uuid[])`,
    [projectIds],
  );
  return new Map(rows.map((row) => [row.id, judgingOf(row, defaults)]));
}

function judgingOf(row: ProjectRow, defaults: JudgeDefaults): ProjectJudging {
  const settings = JudgeSettings.safeParse(row.settings);
  const stored = Object.entries(row.plans ?? {}).flatMap(([name, plan]) => {
    const parsed = RubricPlan.safeParse(plan);
    return parsed.success ? ([[name, parsed.data]] as const) : [];
  });
  return {
    projectId: row.id,
    isDemo: row.is_demo,
    settings: settings.success ? settings.data : DEFAULT_SETTINGS,
    plans: new Map([...defaultPlans(row.is_demo, defaults), ...stored]),
  };
}

const plan = (sampling: z.input<typeof SamplingPlan>): RubricPlan => ({
  enabled: true,
  model: null,
  sampling: SamplingPlan.parse(sampling),
});

/** Judges cost money, so they are off; the demo project shows what they do, with the judge that costs nothing. */
function defaultPlans(isDemo: boolean, { judgeType }: JudgeDefaults): [string, RubricPlan][] {
  if (judgeType === 'llm') return [['quality', plan({ base: 1 })]];
  if (!isDemo) return [];
  return [
    ['quality', plan({ base: 0.05, flagged: 0.1 })],
    ['faithfulness', plan({ base: 0.1 })],
    ['harmlessness', plan({ flagged: 0.1, unclear: 0.2 })],
  ];
}

/** A plan that judges nothing. */
export const NO_PLAN: RubricPlan = {
  enabled: false,
  model: null,
  sampling: SamplingPlan.parse({}),
};

/** How a project uses a rubric. */
export function planOf({ plans }: ProjectJudging, rubric: string): RubricPlan {
  return plans.get(rubric) ?? NO_PLAN;
}

/** Who judges by a rubric: the plan's model, the rubric's, the project's, the installation's. */
export function judgeModelOf(
  judging: ProjectJudging,
  { name, content }: Pick<Rubric, 'name' | 'content'>,
  defaults: JudgeDefaults,
): string {
  const byDefault = judging.isDemo ? DEMO_JUDGE : defaults.model;
  return planOf(judging, name).model ?? content.model ?? judging.settings.model ?? byDefault;
}

/** Stores how a project uses a rubric. */
export async function storePlan(
  db: Queryable,
  of: { readonly projectId: string; readonly rubric: string; readonly at: Date },
  plan: RubricPlan,
): Promise<void> {
  await db.query(
    `insert into rubric_plans (project_id, rubric, plan, updated_at) values ($1, $2, $3::text::jsonb, $4)
     on conflict (project_id, rubric) do update set plan = excluded.plan, updated_at = excluded.updated_at`,
    [of.projectId, of.rubric, jsonText(plan), of.at],
  );
}

/** Stores the settings of a project. */
export async function storeSettings(
  db: Queryable,
  of: { readonly projectId: string; readonly at: Date },
  settings: JudgeSettings,
): Promise<void> {
  await db.query(
    `insert into judge_settings (project_id, settings, updated_at) values ($1, $2::text::jsonb, $3)
     on conflict (project_id) do update set settings = excluded.settings, updated_at = excluded.updated_at`,
    [of.projectId, jsonText(settings), of.at],
  );
}

/** Whether a name is that of a rubric that comes with the program. */
export function isBuiltIn(name: string): boolean {
  return builtInRubric(name) !== undefined;
}
