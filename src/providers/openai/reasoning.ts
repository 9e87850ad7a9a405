import type { ReasoningRequest } from '../neutral.ts';

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/**
 * The effort in words. OpenAI takes no budget in tokens, so a budget becomes the effort whose usual
 * spending is nearest: below 4,096 low, below 16,384 medium, above high.
 */
export function effortOf(reasoning: ReasoningRequest): ReasoningRequest['effort'] {
  const { effort, budgetTokens } = reasoning;
  if (effort !== null || budgetTokens === null) return effort;
  if (budgetTokens === 0) return 'none';
  if (budgetTokens < 4096) return 'low';
  return budgetTokens < 16_384 ? 'medium' : 'high';
}
