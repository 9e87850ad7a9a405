import type { Usage } from '../interactions/record.ts';

/** Usage as far as a stream told it; null when it told nothing. */
export type SeenUsage = Usage | null;

/** Usage told in several events (Anthropic: input first, output last): what is said later counts. */
export function mergedUsage(before: SeenUsage, now: SeenUsage): SeenUsage {
  if (before === null || now === null) return now ?? before;
  return {
    input: now.input ?? before.input,
    cachedInput: now.cachedInput ?? before.cachedInput,
    cacheWriteInput: now.cacheWriteInput ?? before.cacheWriteInput,
    audioInput: now.audioInput ?? before.audioInput,
    output: now.output ?? before.output,
    reasoning: now.reasoning ?? before.reasoning,
    audioOutput: now.audioOutput ?? before.audioOutput,
    source: now.source ?? before.source,
  };
}

/** All tokens of a call; null when neither side is known. */
export function totalTokens(usage: SeenUsage): number | null {
  if (usage === null || (usage.input === null && usage.output === null)) return null;
  return (usage.input ?? 0) + (usage.output ?? 0);
}
