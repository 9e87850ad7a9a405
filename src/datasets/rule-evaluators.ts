import type { RunScore } from '../contract/dataset-runs.ts';
import type { Rule } from '../contract/rules.ts';
import type { CallFacts } from '../evaluation/scorer.ts';
import { askRule, type CompiledRule, compileRule, draftOf } from '../rules/compiled-rule.ts';
import { definitionOf, rulesByName } from '../rules/manage-rules.ts';
import type { Database } from '../store/database.ts';
import type { MoreEvaluators, RunAnswer, RunEvaluator } from './run-evaluator.ts';

/**
 * The custom rules of a project, each asked about every answer whatever its sample rate. Conditions about scores have
 * nothing to look at and are left undecided.
 */
export function ruleEvaluators(database: Database): MoreEvaluators {
  return async (projectId) => {
    const rules = await rulesByName(database, projectId);
    return [...rules.values()].flatMap((rule) => evaluatorFor(rule) ?? []);
  };
}

function evaluatorFor(rule: Rule): RunEvaluator | null {
  const compiled = compileRule(definitionOf(rule));
  if ('problems' in compiled) return null;
  return {
    id: `rule:${rule.name}`,
    title: rule.name,
    description: rule.description,
    kind: 'rule',
    version: `v${rule.version}`,
    evaluate: (answer) => ask(compiled, rule, answer),
  };
}

function ask(compiled: CompiledRule, rule: Rule, answer: RunAnswer): readonly RunScore[] {
  const { projectId, subject, interactionId } = answer;
  const facts = factsOf(answer);
  const item = { interactionId: interactionId ?? '', projectId, subject, facts };
  const draft = draftOf(compiled, askRule(compiled, { item, said: [] }, { sampled: false }));
  if (draft === null) return [];
  const { name, value, label, reason, flagged } = draft;
  return [
    {
      ...{ name, value, label, reason, flagged },
      source: 'rule',
      evaluator: `rule:${rule.name}`,
      evaluatorVersion: `v${rule.version}`,
    },
  ];
}

function factsOf({ model, prompt, call }: RunAnswer): CallFacts {
  return {
    origin: 'run',
    status: 'success',
    provider: '',
    model,
    responseModel: null,
    route: null,
    userId: null,
    sessionId: null,
    tags: [],
    metadata: {},
    promptName: prompt?.name ?? null,
    promptVersion: prompt === null ? null : String(prompt.version),
    latencyMs: call.latencyMs,
    firstTokenMs: null,
    inputTokens: call.inputTokens,
    outputTokens: call.outputTokens,
    costMicroUsd: null,
  };
}
