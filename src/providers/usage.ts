import type { Usage } from '../interactions/record.ts';
import { NO_USAGE } from './exchange.ts';
import { asCount, asObject, type JsonObject } from './json.ts';

type Details = Pick<
  Usage,
  'cachedInput' | 'cacheWriteInput' | 'audioInput' | 'reasoning' | 'audioOutput'
>;

/**
 * Reported tokens in any of the OpenAI-like namings, with our meaning: `input` and `output` are totals
 * and the others parts of them. Providers whose totals leave parts out are recognised by their own
 * `total_tokens` (xAI leaves reasoning out of completion tokens) or by Anthropic's field names, which
 * never include cached tokens. Parts larger than their total are cut to it. Zero stays zero, missing
 * stays null; nothing reported gives no source.
 */
export function readUsage(value: unknown): Usage {
  const usage = asObject(value);
  if (usage === null) return NO_USAGE;
  const details = readDetails(usage);
  const total = asCount(usage['total_tokens']);
  let input = asCount(usage['prompt_tokens']) ?? asCount(usage['input_tokens']);
  let output = asCount(usage['completion_tokens']) ?? asCount(usage['output_tokens']);
  if (input === null && output === null) return NO_USAGE;
  if (total !== null) {
    input ??= Math.max(0, total - (output ?? 0));
    output ??= Math.max(0, total - input);
  }
  const whole = includeParts({ input, output, total, details, usage });
  return clampParts({ ...details, ...whole, source: 'reported' });
}

function readDetails(usage: JsonObject): Details {
  const ofInput =
    asObject(usage['prompt_tokens_details']) ??
    asObject(usage['input_tokens_details']) ??
    asObject(usage['input_token_details']);
  const ofOutput =
    asObject(usage['completion_tokens_details']) ??
    asObject(usage['output_tokens_details']) ??
    asObject(usage['output_token_details']);
  return {
    cachedInput:
      asCount(ofInput?.['cached_tokens']) ??
      asCount(usage['cache_read_input_tokens']) ??
      asCount(usage['prompt_cache_hit_tokens']),
    cacheWriteInput:
      asCount(ofInput?.['cache_write_tokens']) ??
      asCount(ofInput?.['cache_creation_tokens']) ??
      asCount(usage['cache_creation_input_tokens']),
    audioInput: asCount(ofInput?.['audio_tokens']),
    reasoning: asCount(ofOutput?.['reasoning_tokens']),
    audioOutput: asCount(ofOutput?.['audio_tokens']),
  };
}

interface Totals {
  readonly input: number | null;
  readonly output: number | null;
  readonly total: number | null;
  readonly details: Details;
  readonly usage: JsonObject;
}

function includeParts({ input, output, total, details, usage }: Totals): {
  input: number | null;
  output: number | null;
} {
  if (input === null || output === null) return { input, output };
  const cache = (details.cachedInput ?? 0) + (details.cacheWriteInput ?? 0);
  const reasoning = details.reasoning ?? 0;
  if (total === null) {
    const isAnthropicNaming =
      'cache_read_input_tokens' in usage && usage['prompt_tokens'] === undefined;
    return { input: isAnthropicNaming ? input + cache : input, output };
  }
  const missing = total - input - output;
  if (reasoning > 0 && missing === reasoning) return { input, output: output + reasoning };
  if (cache > 0 && missing === cache) return { input: input + cache, output };
  return { input, output };
}

function clampParts(usage: Usage): Usage {
  const input = usage.input ?? 0;
  const output = usage.output ?? 0;
  const cachedInput = atMost(usage.cachedInput, input);
  return {
    ...usage,
    cachedInput,
    cacheWriteInput: atMost(usage.cacheWriteInput, input - (cachedInput ?? 0)),
    audioInput: atMost(usage.audioInput, input),
    reasoning: atMost(usage.reasoning, output),
    audioOutput: atMost(usage.audioOutput, output),
  };
}

function atMost(part: number | null, whole: number): number | null {
  return part === null ? null : Math.min(part, whole);
}
