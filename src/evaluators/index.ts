import { abuse } from './abuse.ts';
import { biasCues } from './bias-cues.ts';
import { coherence } from './coherence.ts';
import { confidenceLanguage } from './confidence-language.ts';
import type { Evaluator } from './define-evaluator.ts';
import { emptyAnswer } from './empty-answer.ts';
import { errorLike } from './error-like.ts';
import { format } from './format.ts';
import { gibberish } from './gibberish.ts';
import { grounding } from './grounding.ts';
import { indirectInjection } from './indirect-injection.ts';
import { keywords } from './keywords.ts';
import { languageMismatch } from './language-mismatch.ts';
import { length } from './length.ts';
import { pii } from './pii.ts';
import { promptInjection } from './prompt-injection.ts';
import { refusal } from './refusal.ts';
import { relevance } from './relevance.ts';
import { repetition } from './repetition.ts';
import { isRuleCheck, ruleOverall } from './rule-overall.ts';
import { secrets } from './secrets.ts';
import { semanticSimilarity } from './semantic-similarity.ts';
import { toxicity } from './toxicity.ts';
import { truncation } from './truncation.ts';

/** Every evaluator of the program, the combined one first. */
export const EVALUATORS: readonly Evaluator[] = [
  ruleOverall,
  emptyAnswer,
  length,
  keywords,
  format,
  languageMismatch,
  refusal,
  repetition,
  gibberish,
  truncation,
  errorLike,
  abuse,
  pii,
  secrets,
  grounding,
  toxicity,
  relevance,
  coherence,
  semanticSimilarity,
  confidenceLanguage,
  promptInjection,
  indirectInjection,
  biasCues,
];

/** Those that are asked about every interaction: the rules as one, and everything that is not a part of them. */
export const LOCAL_EVALUATORS: readonly Evaluator[] = EVALUATORS.filter(
  ({ id }) => !isRuleCheck(id),
);
