import { asError } from '../core/errors.ts';
import type { Evaluator, ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import { createTextReader } from '../evaluators/text/text-facts.ts';
import { isSampled } from './sample.ts';
import type { EvaluatorScores, ItemScores, ScoreItem, Scorer } from './scorer.ts';
import {
  type EvaluatorSetting,
  readOptions,
  type SettingsDirectory,
  versionWith,
} from './settings.ts';

/** An evaluator with the options of one project, worked out once per change. */
interface Prepared {
  readonly setting: EvaluatorSetting;
  readonly options: unknown;
  readonly version: string;
  /** Why it cannot run; null when it can. */
  readonly error: string | null;
}

export interface ShelfDeps {
  readonly evaluators: readonly Evaluator[];
  readonly settings: SettingsDirectory;
  /** Milliseconds that only go forward. */
  monotonic(): number;
}

/**
 * Asks every evaluator of the shelf that a project has switched on. One that throws, or breaks its promise of values
 * in [0, 1], fails alone.
 */
export function createShelfScorer(deps: ShelfDeps): Scorer {
  const prepared = new Map<string, Prepared>();
  const prepare = (evaluator: Evaluator, projectId: string): Prepared => {
    const setting = deps.settings.of(projectId, evaluator.id);
    const name = `${projectId} ${evaluator.id}`;
    const known = prepared.get(name);
    if (known?.setting === setting) return known;
    const fresh = prepareOptions(evaluator, setting);
    prepared.set(name, fresh);
    return fresh;
  };
  return {
    score(item): ItemScores {
      const read = createTextReader();
      const said: EvaluatorScores[] = [];
      for (const evaluator of deps.evaluators) {
        if (!isAsked(evaluator, item)) continue;
        const its = prepare(evaluator, item.projectId);
        const { enabled, sampleRate } = its.setting;
        if (!enabled || !isSampled(item.interactionId, evaluator.id, sampleRate)) continue;
        const started = deps.monotonic();
        const outcome = ask({ evaluator, its, read }, item.subject);
        said.push({
          evaluator: evaluator.id,
          version: its.version,
          kind: evaluator.kind,
          ...outcome,
          seconds: (deps.monotonic() - started) / 1000,
        });
      }
      return said;
    },
  };
}

function prepareOptions(evaluator: Evaluator, setting: EvaluatorSetting): Prepared {
  const read = readOptions(evaluator, setting.options);
  if (read.error !== null) {
    return { setting, options: null, version: evaluator.version, error: read.error };
  }
  const version = versionWith(evaluator, read.options);
  return { setting, options: read.options, version, error: null };
}

function isAsked(evaluator: Evaluator, { subject, only, without }: ScoreItem): boolean {
  if (only !== undefined && only !== null && !only.includes(evaluator.id)) return false;
  if (without?.includes(evaluator.id) === true) return false;
  return hasWhatItNeeds(evaluator, subject);
}

/** Rules judge empty answers too; detectors have nothing to look at there. */
function hasWhatItNeeds({ needs, kind }: Evaluator, subject: Subject): boolean {
  return needs.every((need) => {
    if (need === 'context') return subject.context.length > 0;
    if (need === 'prompt') return subject.prompt !== null && subject.prompt !== '';
    return kind === 'rule' || subject.answer !== '';
  });
}

function ask(
  asked: {
    readonly evaluator: Evaluator;
    readonly its: Prepared;
    readonly read: ReturnType<typeof createTextReader>;
  },
  subject: Subject,
): Pick<EvaluatorScores, 'drafts' | 'error'> {
  const { evaluator, its, read } = asked;
  if (its.error !== null) return { drafts: [], error: its.error };
  try {
    const drafts = evaluator.evaluate(subject, its.options, { read });
    return { drafts: drafts.map((draft) => checked(draft, its.setting)), error: null };
  } catch (thrown) {
    return { drafts: [], error: asError(thrown).message };
  }
}

function checked(draft: ScoreDraft, { sampleRate, flags }: EvaluatorSetting): ScoreDraft {
  if (!(draft.value >= 0 && draft.value <= 1)) {
    throw new RangeError(`"${draft.name}" is ${draft.value}, not within 0 and 1`);
  }
  const flagged = draft.flagged && flags;
  if (sampleRate >= 1) return flagged === draft.flagged ? draft : { ...draft, flagged };
  // Whoever counts with these scores must know how likely each was to be there.
  return { ...draft, flagged, details: { ...draft.details, samplingProbability: sampleRate } };
}
