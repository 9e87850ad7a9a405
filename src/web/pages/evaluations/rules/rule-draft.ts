import type { z } from 'zod';
import { type Rule, RuleCondition, type RuleDefinition } from '../../../../contract/rules.ts';
import {
  conditionOf,
  draftOfCondition,
  type GroupDraft,
  newGroup,
  readCondition,
} from './condition-draft.ts';

/** A rule while it is written. */
export interface RuleDraft {
  readonly name: string;
  readonly description: string;
  readonly condition: GroupDraft;
  /** The condition as JSON text while it is written so; null in the builder. */
  readonly json: string | null;
  readonly verdict: RuleDefinition['verdict'];
  readonly severity: RuleDefinition['severity'];
  readonly flag: boolean;
  readonly value: number | null;
  readonly scoreName: string;
  readonly weight: number | null;
  readonly priority: number | null;
  readonly stop: boolean;
  readonly enabled: boolean;
  readonly models: string;
  readonly prompts: string;
  readonly tags: string;
  readonly samplePercent: number | null;
}

export const EMPTY_DRAFT: Omit<RuleDraft, 'condition'> = {
  name: '',
  description: '',
  json: null,
  verdict: 'fail',
  severity: 'medium',
  flag: true,
  value: 0,
  scoreName: '',
  weight: 1,
  priority: 0,
  stop: false,
  enabled: true,
  models: '',
  prompts: '',
  tags: '',
  samplePercent: 100,
};

export function emptyDraft(): RuleDraft {
  return { ...EMPTY_DRAFT, condition: newGroup() };
}

/** A rule as it was left. */
export function draftOfRule(rule: Rule): RuleDraft {
  const { name, description, verdict, severity, flag, value, weight, priority, stop, enabled } =
    rule;
  const read = RuleCondition.safeParse(rule.condition);
  return {
    ...{ name, description, verdict, severity, flag, value, weight, priority, stop, enabled },
    condition: read.success ? draftOfCondition(read.data) : newGroup(),
    json: read.success ? null : JSON.stringify(rule.condition, null, 2),
    scoreName: rule.scoreName ?? '',
    models: (rule.scope.models ?? []).join(', '),
    prompts: (rule.scope.prompts ?? []).join(', '),
    tags: (rule.scope.tags ?? []).join(', '),
    samplePercent: rule.sampleRate * 100,
  };
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The condition of a draft; null while its JSON text is none. */
export function conditionOfDraft({ condition, json }: RuleDraft): RuleCondition | null {
  return json === null ? conditionOf(condition) : readCondition(json);
}

/** What is sent; null while the JSON text of the condition is none. */
export function bodyOf(draft: RuleDraft): z.input<typeof RuleDefinition> | null {
  const condition = conditionOfDraft(draft);
  if (condition === null) return null;
  const { verdict, severity, flag, stop, enabled } = draft;
  return {
    ...{ verdict, severity, flag, stop, enabled },
    condition: Object.fromEntries(Object.entries(condition)),
    name: draft.name.trim(),
    description: draft.description.trim(),
    scoreName: draft.scoreName.trim() === '' ? null : draft.scoreName.trim(),
    value: draft.value ?? 0,
    weight: draft.weight ?? 1,
    priority: draft.priority ?? 0,
    scope: {
      models: listOf(draft.models),
      prompts: listOf(draft.prompts),
      tags: listOf(draft.tags),
    },
    sampleRate: (draft.samplePercent ?? 100) / 100,
  };
}
