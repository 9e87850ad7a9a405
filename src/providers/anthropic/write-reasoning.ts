import type { JsonObject } from '../json.ts';
import type { ReasoningRequest } from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import type { ModelTraits } from './model-traits.ts';

/** How a request asks for thoughts: `output_config.effort` and `thinking`. */
export interface WrittenReasoning {
  readonly effort?: string;
  readonly thinking?: JsonObject;
}

/** The share of `max_tokens` that an effort gives to thoughts on models that take a budget. */
const SHARES = { minimal: 0.1, low: 0.2, medium: 0.5, high: 0.8, xhigh: 0.95 } as const;
type Effort = keyof typeof SHARES;

/** The least that the API takes. */
const MIN_BUDGET = 1024;
/** Anthropic advises batches beyond this. */
const MAX_BUDGET = 32_000;

/**
 * An effort in words where the model takes one (`minimal` becomes its lowest, `low`), else a budget.
 * Throws `unsupported_field` for models that do not think, and when `max_tokens` leaves no room for it.
 */
export function writeReasoning(
  reasoning: ReasoningRequest,
  { thinking }: ModelTraits,
  maxTokens: number,
): WrittenReasoning {
  if (reasoning.effort === 'none' || reasoning.budgetTokens === 0) {
    return thinking === 'none' ? {} : { thinking: { type: 'disabled' } };
  }
  if (thinking === 'none') {
    throw unsupportedField('reasoning_effort', 'this model does not think before it answers.');
  }
  const { budgetTokens, visible } = reasoning;
  const effort: Effort | null = reasoning.effort;
  const display = visible === null ? {} : { display: visible ? 'summarized' : 'omitted' };
  if (thinking === 'budget') return byBudget({ effort, budgetTokens, visible }, maxTokens, display);
  const words = effort === null ? {} : { effort: effort === 'minimal' ? 'low' : effort };
  if (budgetTokens === null) return { ...words, thinking: { type: 'adaptive', ...display } };
  return { ...words, thinking: { type: 'enabled', budget_tokens: budgetTokens, ...display } };
}

interface BudgetRequest {
  readonly effort: Effort | null;
  readonly budgetTokens: number | null;
  readonly visible: boolean | null;
}

/** Models that take a budget do not think unless asked to; hiding thoughts asks for none. */
function byBudget(
  { effort, budgetTokens, visible }: BudgetRequest,
  maxTokens: number,
  display: JsonObject,
): WrittenReasoning {
  if (effort === null && budgetTokens === null && visible !== true) return {};
  const budget = budgetTokens ?? budgetOf(effort ?? 'medium', maxTokens);
  return { thinking: { type: 'enabled', budget_tokens: budget, ...display } };
}

function budgetOf(effort: Effort, maxTokens: number): number {
  const share = Math.floor(maxTokens * SHARES[effort]);
  const budget = Math.min(MAX_BUDGET, Math.max(MIN_BUDGET, share));
  if (budget < maxTokens) return budget;
  throw unsupportedField('reasoning_effort', `a limit of ${maxTokens} tokens has no room for it.`);
}
