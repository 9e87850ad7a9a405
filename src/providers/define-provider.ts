import type { Usage } from '../interactions/record.ts';
import type { Countable, ToolCall } from './exchange.ts';
import type { JsonObject } from './json.ts';
import type { StreamEvent } from './sse.ts';

/** What a request says. */
export interface ReadRequest {
  readonly model: string | null;
  readonly promptText: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly countable: Countable;
}

/** What an answer says, whole or as far as it came. */
export interface ReadReply {
  readonly model: string | null;
  readonly text: string | null;
  readonly finishReason: string | null;
  readonly usage: Usage;
  readonly toolCalls: readonly ToolCall[];
  readonly errorMessage: string | null;
  readonly serviceTier: string | null;
  /** Everything that was generated, hidden reasoning included where it was sent: for counting tokens. */
  readonly generated: readonly string[];
}

/**
 * One API shape of a provider: pure mapping from its JSON to ours, no network. All functions read
 * wild input: what is missing or of another type is null in the result.
 */
export interface Provider {
  readonly id: string;
  readonly title: string;
  /** The dialect it belongs to: `openai`. */
  readonly dialect: string;
  /** The operations it reads; several entries share a dialect, one for each shape. */
  readonly operations: readonly string[];
  /** A caller's request. */
  readonly fromRequest: (body: JsonObject) => ReadRequest;
  /** A whole answer. */
  readonly fromUpstream: (body: JsonObject) => ReadReply;
  /** A streamed answer: all events that were recorded, in order. */
  readonly fromChunks: (events: readonly StreamEvent[]) => ReadReply;
}

/** An entry of the shelf. */
export function defineProvider(provider: Provider): Provider {
  return provider;
}
