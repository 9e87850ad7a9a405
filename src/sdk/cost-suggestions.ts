import { smallerSiblings } from '../pricing/nearest-models.ts';
import type { TrackedCall } from './tracked-call.ts';

const MAX_SUGGESTIONS = 5;
/** Source: the thresholds of llm-monitoring-framework. */
const DOMINANT_SHARE = 0.7;
const LONG_PROMPT_TOKENS = 1000;
const LONG_COMPLETION_TOKENS = 500;
const PROMPT_TO_COMPLETION = 3;
const VENDORS = ['openai', 'anthropic', 'google', 'mistral'];

/** What could cost less, five sentences at most; empty without calls. */
export function savingsOf(calls: readonly TrackedCall[]): string[] {
  if (calls.length === 0) return [];
  const averagePrompt = meanOf(calls, ({ promptTokens }) => promptTokens);
  const averageCompletion = meanOf(calls, ({ completionTokens }) => completionTokens);
  const suggestions = [...smallerModel(calls)];
  if (averagePrompt > LONG_PROMPT_TOKENS) {
    suggestions.push(
      `Prompts have ${Math.round(averagePrompt)} tokens on average: shorten them, or put what repeats first and use the provider's prompt cache.`,
    );
  }
  if (averageCompletion > LONG_COMPLETION_TOKENS) {
    suggestions.push(
      `Answers have ${Math.round(averageCompletion)} tokens on average: ask for shorter ones or set a limit.`,
    );
  }
  const lopsided = calls.filter(
    ({ promptTokens, completionTokens }) => promptTokens > PROMPT_TO_COMPLETION * completionTokens,
  ).length;
  if (lopsided > 0) {
    suggestions.push(
      `${lopsided} of ${calls.length} calls send more than three times the tokens that they get: look at what they carry along.`,
    );
  }
  return suggestions.slice(0, MAX_SUGGESTIONS);
}

/** A smaller model of the same family, when one model makes most of the cost. */
function smallerModel(calls: readonly TrackedCall[]): string[] {
  const total = calls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
  const byModel = Map.groupBy(calls, ({ modelName }) => modelName);
  for (const [model, own] of byModel) {
    const cost = own.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
    if (total === 0 || cost / total <= DOMINANT_SHARE) continue;
    const share = Math.round((100 * cost) / total);
    const [sibling] = VENDORS.flatMap((provider) => smallerSiblings({ provider, model }));
    const instead = sibling === undefined ? 'a smaller model' : sibling.model;
    return [`${model} makes ${share} % of the cost: try ${instead} for simple questions.`];
  }
  return [];
}

function meanOf(calls: readonly TrackedCall[], tokensOf: (call: TrackedCall) => number): number {
  return calls.reduce((sum, call) => sum + tokensOf(call), 0) / calls.length;
}
