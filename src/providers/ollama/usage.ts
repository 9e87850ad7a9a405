import type { Usage } from '../../interactions/record.ts';
import { NO_USAGE } from '../exchange.ts';
import { asCount, type JsonObject } from '../json.ts';

/** Tokens that an answer reports. A prompt that was still in memory has no count in older versions. */
export function readCounts(body: JsonObject): Usage {
  const input = asCount(body['prompt_eval_count']);
  const output = asCount(body['eval_count']);
  if (input === null && output === null) return NO_USAGE;
  return { ...NO_USAGE, input, output, source: 'reported' };
}

/** The counts as Ollama gives them, with durations of 0: nobody measured the provider's own. */
export function writeCounts({ input, output }: Usage): JsonObject {
  return {
    total_duration: 0,
    load_duration: 0,
    ...(input !== null && { prompt_eval_count: input, prompt_eval_duration: 0 }),
    ...(output !== null && { eval_count: output, eval_duration: 0 }),
  };
}
