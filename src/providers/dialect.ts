import type { Usage } from '../interactions/record.ts';
import type { JsonObject } from './json.ts';
import type { ChatAnswer, ChatDelta, ChatRequest, DialectError } from './neutral.ts';
import type { StreamEvent } from './sse.ts';

export type DialectId = 'openai' | 'anthropic' | 'gemini' | 'ollama';

/**
 * One language that LLM APIs speak: how its errors and streams look on the wire, and, for chat, the way
 * into our neutral words and back. Pure, no network. A new dialect is a folder beside the others and a
 * line in `dialects.ts`.
 */
export interface Dialect {
  readonly id: DialectId;
  readonly title: string;
  readonly wire: Wire;
  /** Its chat shapes by operation: `chat`, and for OpenAI `responses` too. */
  readonly codecs: Readonly<Record<string, ChatCodec>>;
  /** Its embeddings, where they can be translated. */
  readonly embeddings?: EmbeddingsCodec;
}

/** Texts to turn into vectors, in no provider's words. */
export interface EmbeddingsRequest {
  readonly model: string;
  readonly input: readonly string[];
  /** How long the vectors shall be; null for the model's own length. */
  readonly dimensions: number | null;
  /** How the caller wants to read the vectors. */
  readonly encoding: 'float' | 'base64';
  readonly userId: string | null;
  /** Asked by a call that takes one text and answers one vector; some dialects have such beside the usual. */
  readonly single?: boolean;
}

export interface EmbeddingsAnswer {
  /** Empty where the dialect does not say. */
  readonly model: string;
  /** In the order of the input. */
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
}

/** One shape of embeddings, both ways. Throws as a ChatCodec does. */
export interface EmbeddingsCodec {
  /** `path` is what the caller asked for: Gemini names the model there. */
  readRequest(body: JsonObject, path?: string): EmbeddingsRequest;
  writeRequest(request: EmbeddingsRequest): WrittenRequest;
  readAnswer(body: JsonObject): EmbeddingsAnswer;
  writeAnswer(answer: EmbeddingsAnswer, request: EmbeddingsRequest): JsonObject;
}

/** How a dialect looks where the gateway itself speaks it or watches it go by. */
export interface Wire {
  /** How the events of a stream are set apart: by blank lines, or one JSON document a line. */
  readonly framing: 'sse' | 'ndjson';
  /** Content type of a stream written by us. */
  readonly streamType: string;
  /** The JSON text of an error before the first byte of an answer. */
  errorBody(error: DialectError): string;
  /** The bytes that end a cut stream: an error event with its separators, never a clean end. */
  errorEvent(error: DialectError, operation: string): string;
  /** The error that a whole answer of status 400 and above holds, in the provider's own words. */
  readError(status: number, body: string): DialectError;
  /**
   * Pieces of bytes of which at least one is in every event that ends a stream, is an error or holds
   * usage. Events without any of them are never parsed. Short, beginning with a byte rare in streams.
   */
  readonly marks: readonly Buffer[];
  /** What one whole event is (its text as it came, separators included). Never throws. */
  readEvent(event: string): EventFacts;
  /** Usage that a whole answer reports; null when it says nothing. Never throws. */
  usageIn(body: string): Usage | null;
}

export interface EventFacts {
  /** The event after which nothing follows. */
  readonly last: boolean;
  /** Carries generated content: text, reasoning, a tool call. */
  readonly content: boolean;
  /** Says that the answer is complete although the last event is still to come (`finish_reason`). */
  readonly finished: boolean;
  /** Carries usage and nothing else (OpenAI's extra chunk). */
  readonly usageOnly: boolean;
  readonly error: DialectError | null;
  readonly usage: Usage | null;
}

export const NO_FACTS: EventFacts = {
  last: false,
  content: false,
  finished: false,
  usageOnly: false,
  error: null,
  usage: null,
};

/** A request as it goes to a provider of this dialect. */
export interface WrittenRequest {
  /** Below the provider's base path, with its query: `/chat/completions`, `/v1/messages` … */
  readonly path: string;
  readonly body: JsonObject;
  /** Further headers that the dialect needs (`anthropic-version`). */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * One chat shape, both ways. Readers and writers throw AppError `unsupported_field` naming the field in
 * the caller's words (`details: { field }`) for whatever they cannot carry over, unknown fields included.
 */
export interface ChatCodec {
  /** Content type of its streams where it is not the wire's (Gemini's JSON lists). */
  readonly streamType?: string;
  /** `path` is what the caller asked for: Gemini names the model and streaming there. */
  readRequest(body: JsonObject, path: string): ChatRequest;
  writeRequest(request: ChatRequest): WrittenRequest;
  /** A whole successful answer of a provider. */
  readAnswer(body: JsonObject): ChatAnswer;
  /** The answer for a caller of this dialect; `request` is what that caller asked for. */
  writeAnswer(answer: ChatAnswer, request: ChatRequest): JsonObject;
  /** A reader of one stream: events in, steps out. */
  streamReader(): StreamReader;
  /** A writer of one stream for a caller of this dialect. */
  streamWriter(request: ChatRequest, options: StreamWriterOptions): StreamWriter;
}

export interface StreamWriterOptions {
  /** Whether the caller asked for usage in the stream, where that is a question (OpenAI). */
  readonly includeUsage: boolean;
  /** Unix seconds, for dialects that stamp their events. */
  readonly createdAt: number;
}

export interface StreamReader {
  /** One event as it came; NDJSON lines arrive as an event with `data` alone. */
  push(event: StreamEvent): readonly ChatDelta[];
  /** Steps that only the end of the stream tells; empty when it was cut. */
  end(): readonly ChatDelta[];
}

export interface StreamWriter {
  /** The bytes of one step, separators included; empty when it shows nothing. */
  write(delta: ChatDelta): string;
  /** What ends a complete stream (`data: [DONE]`, `message_stop`); only called when it is complete. */
  end(): string;
}
