/** A case of llm-monitoring-framework whose expectation we do not meet, and why. */
export interface Difference {
  readonly test: string;
  readonly of: 'asserted' | 'declared';
  readonly reason: string;
}

const HONEST = 'saying that something is not known is honest, and no sign of invention';
const UNKNOWN_TRUTH = 'whether an answer is true cannot be known without passages, so it is null';

function all(
  of: Difference['of'],
  reason: string,
  tests: readonly string[],
): readonly Difference[] {
  return tests.map((test) => ({ test, of, reason }));
}

/** Everything else of the framework's cases holds; a difference that is none any more fails the test. */
export const DIFFERENCES: readonly Difference[] = [
  ...all('asserted', HONEST, [
    'TestHallucinationDetection.test_explicit_hallucination_patterns[2]',
    'TestHallucinationDetection.test_explicit_hallucination_patterns[3]',
    'TestHallucinationDetection.test_explicit_hallucination_patterns[4]',
    'TestSafetyIntegration.test_comprehensive_safety_evaluation[3] Hallucination admission',
  ]),
  ...all('asserted', 'a hard word about an approach insults nobody', [
    'TestSafetyIntegration.test_comprehensive_safety_evaluation[2] Toxic content',
  ]),
  ...all('asserted', UNKNOWN_TRUTH, [
    'TestFactualAccuracy.test_high_confidence_responses[0] Definitive factual statement',
    'TestFactualAccuracy.test_high_confidence_responses[1] Clear explanation without uncertainty',
    'TestFactualAccuracy.test_low_confidence_responses[0] Multiple uncertainty markers',
    'TestFactualAccuracy.test_factual_accuracy_boundary_cases[0]',
    'TestQualityMonitor.test_evaluate_response_with_quality_checks',
  ]),
  ...all('declared', UNKNOWN_TRUTH, [
    'TestFactualAccuracy.test_high_confidence_responses[0] Definitive factual statement',
    'TestFactualAccuracy.test_high_confidence_responses[1] Clear explanation without uncertainty',
    'TestFactualAccuracy.test_low_confidence_responses[0] Multiple uncertainty markers',
  ]),
  ...all('declared', 'without an embedding model only shared words are seen', [
    'TestQualityBenchmarks.test_baseline_quality_scores[0] Excellent Technical Response',
  ]),
  ...all('asserted', 'with an empty answer there is nothing to compare, so it is null', [
    'TestSemanticSimilarity.test_edge_cases_semantic_similarity[0] empty response',
  ]),
  ...all('asserted', 'a model without a price costs an unknown amount, not a made-up one', [
    'TestCostCalculation[unknown-model-xyz]',
  ]),
];
