import { hash } from 'node:crypto';
import { asError } from '../core/errors.ts';
import type { EvaluatorScores, ItemScores, ScoreItem, Scorer } from '../evaluation/scorer.ts';
import type { ScoreDraft } from '../evaluators/define-evaluator.ts';
import { askRule, type CompiledRule, compileRule, draftOf } from './compiled-rule.ts';
import type { RuleDirectory, StoredRule } from './rule-directory.ts';

/** The evaluator that all rules of a project are together. */
export const CUSTOM_RULES = 'custom_rules';

/** Rules that are not asked by then about one interaction are told as failed; it is some hundred rules' time. */
const BUDGET_MS = 1_000;

interface Ready {
  readonly stored: StoredRule;
  readonly rule: CompiledRule | null;
}

/** A rule that gave a score. */
interface Judged {
  readonly stored: StoredRule;
  readonly draft: ScoreDraft;
}

/**
 * Asks the rules of a project, highest priority first, after the evaluators that they may ask about. Each gives a
 * score of its own; together they give `custom_rules`, the mean of those weighted by the rules' weights. A rule that
 * cannot be asked fails alone.
 */
export function createRuleScorer(deps: {
  readonly rules: RuleDirectory;
  /** Milliseconds that only go forward. */
  monotonic(): number;
}): Scorer {
  const compiled = new WeakMap<readonly StoredRule[], readonly Ready[]>();
  const readyOf = (projectId: string): readonly Ready[] => {
    const stored = deps.rules.of(projectId);
    const known = compiled.get(stored);
    if (known !== undefined) return known;
    const ready = stored.map((one) => ({ stored: one, rule: compiledOrNull(one) }));
    compiled.set(stored, ready);
    return ready;
  };
  return {
    score(item, said): ItemScores {
      if (!isAsked(item)) return [];
      const ready = readyOf(item.projectId);
      return ready.length === 0 ? [] : askAll(ready, { item, said }, deps.monotonic);
    },
  };
}

function compiledOrNull({ definition }: StoredRule): CompiledRule | null {
  const rule = compileRule(definition);
  return 'problems' in rule ? null : rule;
}

function isAsked({ only, without }: ScoreItem): boolean {
  if (only !== undefined && only !== null && !only.includes(CUSTOM_RULES)) return false;
  return without?.includes(CUSTOM_RULES) !== true;
}

function askAll(
  ready: readonly Ready[],
  subject: { readonly item: ScoreItem; readonly said: ItemScores },
  monotonic: () => number,
): EvaluatorScores[] {
  const begun = monotonic();
  const answers: EvaluatorScores[] = [];
  const judged: Judged[] = [];
  for (const { stored, rule } of ready) {
    const started = monotonic();
    const outcome = started - begun > BUDGET_MS ? late(stored) : askOne(stored, rule, subject);
    if (outcome.draft === null && outcome.error === null) continue;
    const { draft, error } = outcome;
    const drafts = draft === null ? [] : [draft];
    const seconds = (monotonic() - started) / 1000;
    answers.push({ ...by(`v${stored.version}`), drafts, error, seconds });
    if (draft === null) continue;
    judged.push({ stored, draft });
    if (stored.definition.stop && draft.value < 1) break;
  }
  return judged.length === 0 ? answers : [...answers, together(judged)];
}

function by(version: string): Pick<EvaluatorScores, 'evaluator' | 'version' | 'kind'> {
  return { evaluator: CUSTOM_RULES, version, kind: 'rule' };
}

interface Outcome {
  readonly draft: ScoreDraft | null;
  readonly error: string | null;
}

function late({ definition }: StoredRule): Outcome {
  const error = `${definition.name}: the rules before it took longer than ${BUDGET_MS} ms`;
  return { draft: null, error };
}

function askOne(
  { definition }: StoredRule,
  rule: CompiledRule | null,
  subject: { readonly item: ScoreItem; readonly said: ItemScores },
): Outcome {
  if (rule === null) return { draft: null, error: `${definition.name}: cannot be used any more` };
  try {
    return { draft: draftOf(rule, askRule(rule, subject)), error: null };
  } catch (thrown) {
    return { draft: null, error: `${definition.name}: ${asError(thrown).message}` };
  }
}

/** The version is a hash of the rules that spoke, so that other rules are another series. */
function together(judged: readonly Judged[]): EvaluatorScores {
  const weights = judged.reduce((sum, { stored }) => sum + stored.definition.weight, 0);
  const value =
    judged.reduce((sum, { stored, draft }) => sum + stored.definition.weight * draft.value, 0) /
    weights;
  const broken = judged.filter(({ draft }) => draft.value < 1);
  const worst = SEVERITIES.find((severity) =>
    broken.some(({ stored }) => stored.definition.severity === severity),
  );
  const rules = judged.map(({ stored, draft }) => [
    draft.name,
    stored.version,
    stored.definition.weight,
  ]);
  const draft: ScoreDraft = {
    name: CUSTOM_RULES,
    value: Math.min(1, Math.max(0, value)),
    native: null,
    label: worst ?? 'ok',
    flagged: broken.some((one) => one.draft.flagged),
    reason:
      broken.length === 0
        ? null
        : broken
            .map((one) => one.draft.reason)
            .slice(0, 3)
            .join(' '),
    details: { rules: Object.fromEntries(judged.map((one) => [one.draft.name, one.draft.value])) },
  };
  const version = hash('sha256', JSON.stringify(rules), 'hex').slice(0, 8);
  return { ...by(version), drafts: [draft], error: null, seconds: 0 };
}

const SEVERITIES = ['high', 'medium', 'low'] as const;
