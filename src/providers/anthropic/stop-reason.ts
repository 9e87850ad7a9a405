import type { FinishReason } from '../neutral.ts';

const FINISH_REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'refusal',
};

const STOP_REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  refusal: 'refusal',
  other: 'end_turn',
};

/** Why an answer ended, in neutral words; `other` for reasons that only Anthropic knows (`pause_turn`). */
export function readStopReason(reason: string): FinishReason {
  return FINISH_REASONS[reason] ?? 'other';
}

/** How an answer ended, for a client of this dialect. */
export interface Ending {
  readonly reason: FinishReason | null;
  readonly stopSequence: string | null;
  readonly callsTools: boolean;
}

/**
 * Anthropic's word for it. Clients go on with tools only after `tool_use`, so an answer with calls that
 * just stopped (some providers say so) gets that.
 */
export function writeStopReason({ reason, stopSequence, callsTools }: Ending): string {
  if (reason !== 'stop' && reason !== null) return STOP_REASONS[reason];
  if (callsTools) return 'tool_use';
  return stopSequence === null ? 'end_turn' : 'stop_sequence';
}
