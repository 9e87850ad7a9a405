import type { RuleDefinition } from '../contract/rules.ts';
import { isSampled } from '../evaluation/sample.ts';
import { found, passed, type ScoreDraft, type TextSpan } from '../evaluators/define-evaluator.ts';
import {
  type CompiledCondition,
  compileCondition,
  type Finding,
  type Problem,
} from './condition.ts';
import type { RuleSubject } from './fields.ts';

/** A rule ready to be asked. */
export interface CompiledRule {
  readonly definition: RuleDefinition;
  readonly condition: CompiledCondition;
}

/** What a rule came to about one interaction. */
export interface RuleOutcome {
  readonly result: 'passed' | 'failed' | 'unknown' | 'out_of_scope';
  readonly findings: readonly Finding[];
}

const SHOWN_FINDINGS = 5;
const MAX_SPANS = 20;
const MAX_DESCRIPTION = 300;

/** What the scores of a rule are called. */
export function scoreNameOf({
  name,
  scoreName,
}: Pick<RuleDefinition, 'name' | 'scoreName'>): string {
  return scoreName ?? `rule:${name}`;
}

/** The rule, or everything that is wrong with its condition. */
export function compileRule(
  definition: RuleDefinition,
): CompiledRule | { readonly problems: readonly Problem[] } {
  const condition = compileCondition(definition.condition);
  return 'problems' in condition ? condition : { definition, condition };
}

/** Asks a rule about an interaction; `sampled` false looks at it whatever the sample rate is. */
export function askRule(
  { definition, condition }: CompiledRule,
  subject: RuleSubject,
  options: { readonly sampled: boolean } = { sampled: true },
): RuleOutcome {
  const { interactionId } = subject.item;
  const isOut =
    options.sampled && !isSampled(interactionId, purposeOf(definition), definition.sampleRate);
  if (isOut || !isInScope(definition, subject)) return { result: 'out_of_scope', findings: [] };
  const findings: Finding[] = [];
  const holds = condition.evaluate(subject, findings);
  if (holds === null) return { result: 'unknown', findings };
  const passes = holds === (definition.verdict === 'pass');
  return { result: passes ? 'passed' : 'failed', findings };
}

function purposeOf({ name }: RuleDefinition): string {
  return `rule ${name}`;
}

function isInScope({ scope }: RuleDefinition, { item }: RuleSubject): boolean {
  const { model, promptName, promptVersion, tags } = item.facts;
  const prompts = promptName === null ? [] : [promptName, `${promptName}@${promptVersion ?? ''}`];
  return (
    fitsOne(scope.models ?? [], model === null ? [] : [model]) &&
    fitsOne(scope.prompts ?? [], prompts) &&
    fitsOne(scope.tags ?? [], tags)
  );
}

function fitsOne(patterns: readonly string[], values: readonly string[]): boolean {
  if (patterns.length === 0) return true;
  return patterns.some((pattern) =>
    values.some((value) =>
      pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern,
    ),
  );
}

/** The score of an outcome; null where there is none. */
export function draftOf(
  { definition }: CompiledRule,
  { result, findings }: RuleOutcome,
): ScoreDraft | null {
  if (result !== 'passed' && result !== 'failed') return null;
  const { value, severity, flag, sampleRate } = definition;
  const details = {
    severity,
    why: findings
      .filter(({ holds }) => holds === true)
      .slice(0, SHOWN_FINDINGS)
      .map(shown),
    ...(sampleRate < 1 ? { samplingProbability: sampleRate } : {}),
  };
  const name = scoreNameOf(definition);
  if (result === 'passed') return passed(name, details);
  const spans = findings.flatMap(({ holds, span }) => (holds === true && span ? [span] : []));
  return found(name, {
    value,
    label: severity,
    reason: reasonOf(definition, findings),
    flagged: flag,
    spans: spans.slice(0, MAX_SPANS).map((span): TextSpan => ({ ...span, severity })),
    details,
  });
}

function shown({ path, test, found: text }: Finding): Record<string, unknown> {
  return { path, test, found: text };
}

function reasonOf(
  { name, description, verdict }: RuleDefinition,
  findings: readonly Finding[],
): string {
  const what = description === '' ? `The rule "${name}" is broken.` : description;
  const told = findings.find(({ holds, found: text }) => holds === true && text !== null);
  const why = told === undefined ? '' : ` ${told.test}: "${told.found}".`;
  const missing = verdict === 'pass' ? ' What it asks for is not there.' : '';
  return `${what.slice(0, MAX_DESCRIPTION)}${why}${told === undefined ? missing : ''}`;
}
