import {
  NUMBER_FIELDS,
  RULE_OPERATORS,
  RuleCondition,
  type RuleOperator,
  TEXT_FIELDS,
} from '../../../../contract/rules.ts';

interface Node {
  /** Stays while the rest is edited. */
  readonly key: number;
  readonly isNegated: boolean;
}

export interface GroupDraft extends Node {
  readonly kind: 'group';
  readonly mode: 'all' | 'any';
  readonly parts: readonly ConditionDraft[];
}

export interface TestDraft extends Node {
  readonly kind: 'test';
  readonly field: string;
  readonly operator: RuleOperator;
  /** As it is typed: lists have a line for each text, schemas are JSON. */
  readonly value: string;
  readonly ignoreCase: boolean;
}

/** A condition while it is built. */
export type ConditionDraft = GroupDraft | TestDraft;

let lastKey = 0;

function nextKey(): number {
  lastKey += 1;
  return lastKey;
}

export function newTest(): TestDraft {
  return {
    key: nextKey(),
    kind: 'test',
    isNegated: false,
    field: 'answer',
    operator: 'contains',
    value: '',
    ignoreCase: true,
  };
}

export function newGroup(parts: readonly ConditionDraft[] = [newTest()]): GroupDraft {
  return { key: nextKey(), kind: 'group', isNegated: false, mode: 'all', parts };
}

const LISTS: readonly RuleOperator[] = ['in', 'keywords'];
const COMPARISONS: readonly RuleOperator[] = ['less_than', 'at_most', 'more_than', 'at_least'];

export function isList(operator: RuleOperator): boolean {
  return LISTS.includes(operator);
}

export function isComparison(operator: RuleOperator): boolean {
  return COMPARISONS.includes(operator);
}

/** The operators that work with a field; all of them with metadata, which may be text or number. */
export function operatorsOf(field: string): readonly RuleOperator[] {
  if (field.startsWith('metadata.')) return RULE_OPERATORS;
  const isNumber = field.startsWith('score.') || NUMBER_FIELDS.some((number) => number === field);
  return isNumber
    ? ['less_than', 'at_most', 'more_than', 'at_least', 'equals', 'exists']
    : RULE_OPERATORS.filter((operator) => !isComparison(operator));
}

export function isTextField(field: string): boolean {
  return TEXT_FIELDS.some((text) => text === field) || field.startsWith('metadata.');
}

/** The tree as the builder shows it; its root is always a group. */
export function draftOfCondition(condition: RuleCondition): GroupDraft {
  const draft = toDraft(condition, false);
  return draft.kind === 'group' ? draft : newGroup([draft]);
}

function toDraft(condition: RuleCondition, isNegated: boolean): ConditionDraft {
  if ('not' in condition) return toDraft(condition.not, !isNegated);
  const key = nextKey();
  if ('all' in condition || 'any' in condition) {
    const mode = 'all' in condition ? 'all' : 'any';
    const parts = 'all' in condition ? condition.all : condition.any;
    return {
      key,
      kind: 'group',
      isNegated,
      mode,
      parts: parts.map((part) => toDraft(part, false)),
    };
  }
  const { field, operator, value, ignoreCase = true } = condition;
  return { key, kind: 'test', isNegated, field, operator, value: typed(value), ignoreCase };
}

function typed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'object' && value !== null
    ? JSON.stringify(value, null, 2)
    : String(value ?? '');
}

/** The condition that a draft stands for; a group of one is that one. */
export function conditionOf(draft: ConditionDraft): RuleCondition {
  const plain = draft.kind === 'group' ? groupOf(draft) : testOf(draft);
  return draft.isNegated ? { not: plain } : plain;
}

function groupOf({ mode, parts }: GroupDraft): RuleCondition {
  const [first, ...others] = parts.map(conditionOf);
  if (first !== undefined && others.length === 0) return first;
  const all = first === undefined ? [] : [first, ...others];
  return mode === 'all' ? { all } : { any: all };
}

function testOf({ field, operator, value, ignoreCase }: TestDraft): RuleCondition {
  const test = { field, operator, value: readValue(field, operator, value) };
  return ignoreCase ? test : { ...test, ignoreCase };
}

function readValue(field: string, operator: RuleOperator, value: string): unknown {
  if (isList(operator)) {
    return value
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  }
  if (operator === 'exists') return value !== 'false';
  if (operator === 'json_schema') return readJson(value) ?? value;
  const isNumber = isComparison(operator) || (operator === 'equals' && !isTextField(field));
  return isNumber && value.trim() !== '' ? Number(value) : value;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A condition from JSON text; null when it has not the shape of one. */
export function readCondition(text: string): RuleCondition | null {
  const read = RuleCondition.safeParse(readJson(text));
  return read.success ? read.data : null;
}
