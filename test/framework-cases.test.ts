import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cosineOf } from '../src/evaluators/semantic-similarity.ts';
import { CostTracker, type CostWindow, evaluate } from '../src/sdk/index.ts';
import { DIFFERENCES } from './framework-differences.ts';

/** The cases of llm-monitoring-framework that are about texts and costs; those about its API are in framework.db.test.ts. */
const Case = z.object({
  test: z.string(),
  kind: z.string(),
  prompt: z.string().nullable(),
  response: z.string().nullable(),
  context: z.record(z.string(), z.unknown()).nullable(),
  asserted: z.unknown(),
  declared: z.record(z.string(), z.unknown()).optional(),
});
type Case = z.infer<typeof Case>;

const CASES = z
  .array(Case)
  .parse(
    JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/framework-cases.json'), 'utf8')),
  );
const ELSEWHERE = new Set(['api', 'integration', 'judge_routing']);

const Costs = z.object({
  model: z.string(),
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  cost_per_token: z.number().optional(),
});

/** What we measure of a case, in the names of the framework. */
function measure(one: Case): Record<string, unknown> {
  if (one.kind === 'cost') return measureCost(one);
  const given = Vectors.safeParse(one.context);
  if (!given.success) return measureText(one);
  const [prompt = [], answer = []] = given.data.embeddings;
  return { ...measureText(one), semantic_similarity: cosineOf(prompt, answer) };
}

/** Where the framework puts known vectors in the place of a model's. */
const Vectors = z.object({ embeddings: z.array(z.array(z.number())) });

function measureText({ prompt, response, context }: Case): Record<string, unknown> {
  const checks = {
    hallucination: context?.['check_hallucination'] !== false,
    toxicity: context?.['check_toxicity'] !== false,
    bias: context?.['check_bias'] !== false,
    pii: context?.['check_pii'] !== false,
  };
  const result = evaluate({ prompt: prompt ?? '', response: response ?? '', checks });
  const { risks } = result;
  const phrases = result.scores.find(({ name }) => name === 'confidence_language');
  const personal = result.scores.filter(({ name }) => name === 'pii').flatMap(({ spans }) => spans);
  const kinds = (kind: string): object[] =>
    (phrases?.spans ?? []).filter((span) => span.kind === kind);
  return {
    is_hallucination: result.flags.includes('hallucination'),
    score: risks.hallucination,
    'details.pattern_matches': kinds('invention'),
    'details.confidence_markers': kinds('emphasis'),
    toxicity_score: risks.toxicity,
    bias_score: risks.bias,
    pii_detected: personal.length > 0,
    'details.pii_detected': personal.length > 0,
    is_safe: result.isSafe,
    safety_score: result.safetyScore,
    flags: result.flags,
    flags_include: result.flags,
    details_has: Object.keys(risks).map((check) => `${check}_score`),
    details_lacks: Object.keys(risks).map((check) => `${check}_score`),
    overall_quality: result.qualityScore,
    semantic_similarity: result.semanticSimilarity,
    factual_accuracy: result.factualAccuracy,
    response_relevance: result.responseRelevance,
    coherence_score: result.coherenceScore,
    response_length: result.responseLength,
    quality_metrics_has: [
      'semantic_similarity',
      'factual_accuracy',
      'response_relevance',
      'coherence_score',
    ],
    // Evaluators are pure: the same text has the same quality however often it is asked.
    overall_quality_stdev: 0,
    variation_coefficient: 0,
    encode_calls: 0,
  };
}

function measureCost({ context }: Case): Record<string, unknown> {
  const tracker = new CostTracker();
  const log = context?.['log'];
  const calls = Array.isArray(log)
    ? log
    : [typeof log === 'object' && log !== null ? log : context];
  for (const call of calls.map((given) => Costs.parse(given))) {
    const { cost_per_token: costPerToken } = call;
    const logged = tracker.logInference({
      model: call.model,
      promptTokens: call.prompt_tokens,
      completionTokens: call.completion_tokens,
      ...(costPerToken !== undefined && { costPerToken }),
    });
    if (log === undefined) {
      return {
        model_name: logged.modelName,
        prompt_tokens: logged.promptTokens,
        completion_tokens: logged.completionTokens,
        total_tokens: logged.totalTokens,
        cost_usd: logged.costUsd,
      };
    }
  }
  const analysis = tracker.getCostAnalysis(context?.['time_period'] as CostWindow);
  return {
    time_period: analysis.timePeriod,
    total_cost_usd: analysis.totalCostUsd,
    avg_cost_per_request: analysis.avgCostPerRequest,
    most_expensive_operations: analysis.mostExpensiveOperations,
    optimization_suggestions: analysis.optimizationSuggestions,
    projected_monthly_cost: analysis.projectedMonthlyCost,
  };
}

/** Over several cases the framework asserts means and spreads; each case alone must lie in the range. */
const OVER_MANY = /^over_the_/;
/** Words for people, and asserted about code that is not ours. */
const NO_ASSERTION = new Set([
  'expected_safe',
  'description',
  'formula',
  'no_assertions',
  'repeats',
]);

type Bounds = Readonly<Record<string, unknown>>;
const isBounds = (value: unknown): value is Bounds =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What of the expectations does not hold, as `name: value, not bound`. */
function broken(expectations: Bounds, measured: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(expectations).flatMap(([name, expected]) => {
    if (NO_ASSERTION.has(name) || OVER_MANY.test(name)) return [];
    const value = measured[name];
    return holds(name, expected, value)
      ? []
      : [`${name}: ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`];
  });
}

function holds(name: string, expected: unknown, value: unknown): boolean {
  if (name === 'flags_include' || name === 'details_has' || name === 'quality_metrics_has') {
    return listed(expected).every((item) => listed(value).includes(item));
  }
  if (name === 'details_lacks') {
    return listed(expected).every((item) => !listed(value).includes(item));
  }
  if (expected === 'bool') return typeof value === 'boolean';
  if (expected === 'list') return Array.isArray(value);
  if (!isBounds(expected)) return same(expected, value);
  return Object.entries(expected).every(([bound, limit]) =>
    within(bound, { limit, value, expected }),
  );
}

const listed = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function within(
  bound: string,
  { limit, value, expected }: { limit: unknown; value: unknown; expected: Bounds },
): boolean {
  if (bound === 'len_gt') return listed(value).length > Number(limit);
  if (bound === 'eq') return same(limit, value);
  if (bound === 'abs_tol') return true;
  if (typeof value !== 'number') return false;
  const far = Number(limit);
  switch (bound) {
    case 'gt':
      return value > far;
    case 'gte':
      return value >= far;
    case 'lt':
      return value < far;
    case 'lte':
      return value <= far;
    case 'approx':
      return Math.abs(value - far) <= Number(expected['abs_tol']);
    default:
      throw new Error(`a bound that nobody knows: ${bound}`);
  }
}

const OURS = CASES.filter(({ kind }) => !ELSEWHERE.has(kind));
const known = (test: string, of: 'asserted' | 'declared'): boolean =>
  DIFFERENCES.some((difference) => difference.test === test && difference.of === of);

describe('what llm-monitoring-framework asserts', () => {
  it.each(OURS.filter(({ test }) => !known(test, 'asserted')))('holds: $test', (one) => {
    const expectations = isBounds(one.asserted) ? one.asserted : {};
    expect(broken(expectations, measure(one))).toEqual([]);
  });
});

describe('what it declares without asserting', () => {
  const declared = OURS.filter((one) => one.declared !== undefined);

  it.each(declared.filter(({ test }) => !known(test, 'declared')))('holds: $test', (one) => {
    expect(broken(one.declared ?? {}, measure(one))).toEqual([]);
  });
});

describe('where we differ on purpose', () => {
  it.each(DIFFERENCES)('$of of $test: $reason', ({ test, of }) => {
    const one = CASES.find((found) => found.test === test);
    const expectations = of === 'asserted' ? one?.asserted : one?.declared;
    expect(one).toBeDefined();
    // A difference that is none any more has to leave the list.
    if (one !== undefined && isBounds(expectations)) {
      expect(broken(expectations, measure(one))).not.toEqual([]);
    }
  });
});
