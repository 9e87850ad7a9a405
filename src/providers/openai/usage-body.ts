import type { Usage } from '../../interactions/record.ts';

type Counts = Record<string, number>;

/** Usage in the words of chat completions; undefined when nothing was reported. */
export function chatUsage(usage: Usage): Record<string, number | Counts> | undefined {
  const { input, output } = usage;
  if (input === null && output === null) return undefined;
  return {
    prompt_tokens: input ?? 0,
    completion_tokens: output ?? 0,
    total_tokens: (input ?? 0) + (output ?? 0),
    ...named('prompt_tokens_details', inputDetails(usage)),
    ...named('completion_tokens_details', outputDetails(usage)),
  };
}

/** Usage in the words of the Responses API; null when nothing was reported. */
export function responseUsage(usage: Usage): Record<string, number | Counts> | null {
  const { input, output } = usage;
  if (input === null && output === null) return null;
  return {
    input_tokens: input ?? 0,
    // Clients count on both details; zero is what the API itself says for none.
    input_tokens_details: { cached_tokens: 0, ...inputDetails(usage) },
    output_tokens: output ?? 0,
    output_tokens_details: { reasoning_tokens: 0, ...outputDetails(usage) },
    total_tokens: (input ?? 0) + (output ?? 0),
  };
}

function inputDetails({ cachedInput, cacheWriteInput, audioInput }: Usage): Counts {
  return {
    ...count('cached_tokens', cachedInput),
    ...count('cache_write_tokens', cacheWriteInput),
    ...count('audio_tokens', audioInput),
  };
}

function outputDetails({ reasoning, audioOutput }: Usage): Counts {
  return { ...count('reasoning_tokens', reasoning), ...count('audio_tokens', audioOutput) };
}

function count(name: string, value: number | null): Counts {
  return value === null ? {} : { [name]: value };
}

function named(name: string, details: Counts): Record<string, Counts> {
  return Object.keys(details).length === 0 ? {} : { [name]: details };
}
