import type { Usage } from '../interactions/record.ts';
import type { JsonObject } from './json.ts';

/**
 * A chat call in no provider's words: what every dialect is translated into and out of. A feature that a
 * dialect lacks is refused by its writer with `unsupported_field`; nothing is dropped in silence.
 */
export interface ChatRequest {
  readonly model: string;
  readonly stream: boolean;
  /** In order; `system` may come anywhere a dialect allows it. */
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ToolDefinition[];
  readonly toolChoice: ToolChoice | null;
  readonly parallelToolCalls: boolean | null;
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly frequencyPenalty: number | null;
  readonly presencePenalty: number | null;
  readonly seed: number | null;
  readonly stop: readonly string[];
  /** How many answers are asked for; null where the caller said nothing. */
  readonly choices: number | null;
  readonly answerFormat: AnswerFormat | null;
  readonly reasoning: ReasoningRequest | null;
  /** How many alternatives a token gets; 0: only the chosen one's probability. Null: none wanted. */
  readonly logprobs: number | null;
  readonly userId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serviceTier: string | null;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly name: string | null;
  readonly parts: readonly ContentPart[];
}

export type ContentPart =
  | { readonly kind: 'text'; readonly text: string; readonly cache: boolean }
  | { readonly kind: 'image'; readonly source: MediaSource; readonly detail: string | null }
  | { readonly kind: 'audio'; readonly source: MediaSource }
  | { readonly kind: 'file'; readonly source: MediaSource; readonly name: string | null }
  | ReasoningPart
  | RefusalPart
  | ToolCallPart
  | ToolResultPart;

/** Bytes in the request itself (base64), or an address that the provider fetches. */
export type MediaSource =
  | { readonly kind: 'data'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'url'; readonly url: string; readonly mediaType: string | null };

/** What the model thought; `signature` proves to its own provider that nobody changed it. */
export interface ReasoningPart {
  readonly kind: 'reasoning';
  readonly text: string;
  readonly signature: string | null;
  /** True when the provider hides the words and `signature` is the encrypted block. */
  readonly redacted: boolean;
}

export interface RefusalPart {
  readonly kind: 'refusal';
  readonly text: string;
}

export interface ToolCallPart {
  readonly kind: 'tool_call';
  readonly id: string;
  readonly name: string;
  /** JSON text; `{}` for none. */
  readonly arguments: string;
  /** Gemini's `thoughtSignature` of this call; has to come back with it. */
  readonly signature: string | null;
}

export interface ToolResultPart {
  readonly kind: 'tool_result';
  readonly callId: string;
  /** Null where the dialect does not say; a writer that needs it looks it up by `callId`. */
  readonly name: string | null;
  readonly parts: readonly ContentPart[];
  readonly isError: boolean;
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject | null;
  readonly strict: boolean | null;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly name: string };

export type AnswerFormat =
  | { readonly kind: 'json' }
  | {
      readonly kind: 'schema';
      readonly name: string | null;
      readonly description: string | null;
      readonly schema: JsonObject;
      readonly strict: boolean | null;
    };

export interface ReasoningRequest {
  readonly effort: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | null;
  readonly budgetTokens: number | null;
  /** Whether the caller wants to read the thoughts; null where it said nothing. */
  readonly visible: boolean | null;
}

/** Why an answer ended. `stop` covers a stop sequence, which is named beside it. */
export type FinishReason =
  | 'stop'
  | 'length'
  | 'tool_calls'
  | 'content_filter'
  | 'refusal'
  | 'other';

export interface ChatAnswer {
  readonly id: string;
  readonly model: string;
  /** Unix seconds; null where the dialect does not say. */
  readonly createdAt: number | null;
  readonly choices: readonly AnswerChoice[];
  readonly usage: Usage;
  readonly serviceTier: string | null;
}

export interface AnswerChoice {
  readonly index: number;
  readonly parts: readonly ContentPart[];
  readonly finishReason: FinishReason | null;
  readonly stopSequence: string | null;
}

/** One step of a streamed answer. `choice` counts answers, `call` the tool calls of one answer, from 0. */
export type ChatDelta =
  | { readonly kind: 'start'; readonly id: string; readonly model: string }
  | { readonly kind: 'text'; readonly choice: number; readonly text: string }
  | { readonly kind: 'refusal'; readonly choice: number; readonly text: string }
  | {
      readonly kind: 'reasoning';
      readonly choice: number;
      readonly text: string;
      readonly signature: string | null;
      readonly redacted: boolean;
    }
  | {
      readonly kind: 'tool_start';
      readonly choice: number;
      readonly call: number;
      readonly id: string;
      readonly name: string;
      readonly signature: string | null;
    }
  | {
      readonly kind: 'tool_arguments';
      readonly choice: number;
      readonly call: number;
      readonly json: string;
    }
  | {
      readonly kind: 'finish';
      readonly choice: number;
      readonly reason: FinishReason;
      readonly stopSequence: string | null;
    }
  | { readonly kind: 'usage'; readonly usage: Usage; readonly serviceTier: string | null }
  | { readonly kind: 'error'; readonly error: DialectError };

/** An error in no provider's words. */
export interface DialectError {
  readonly status: number;
  /** Ours or the provider's own code, `rate_limit_exceeded` for example; null when it gave none. */
  readonly code: string | null;
  readonly message: string;
  /** The field at fault; null when none is named. */
  readonly field: string | null;
  /** How long to wait before the next try, where the body says so (Gemini sends no `retry-after`). */
  readonly retryAfterMs?: number;
}
