import type { Usage } from '../interactions/record.ts';

/** A body as it was recorded: text, or base64 of bytes that are not UTF-8 (compressed ones for example). */
export interface RecordedBody {
  readonly text: string;
  readonly encoding: 'utf8' | 'base64';
  readonly contentType: string | null;
  /** `gzip`, `br`, `deflate`, `zstd`; when absent, compressed bytes are recognised by their shape. */
  readonly contentEncoding?: string | null;
  /** True when the end of the body was not kept. */
  readonly truncated: boolean;
}

/** What reading needs of a recorded call. `ExchangeRecord` of the ingest room fits it. */
export interface RecordedExchange {
  readonly dialect: string;
  /** The dialect of the answer where it is not the caller's; absent or null: the same. */
  readonly responseDialect?: string | null;
  readonly operation: string;
  readonly path: string;
  /** The model as the gateway saw it; the body's own wins where it can be read. */
  readonly model: string | null;
  readonly request: RecordedBody | null;
  readonly response: RecordedBody | null;
  readonly httpStatus: number | null;
}

/** A function the model asked the application to call. `arguments` is the JSON text as it came. */
export interface ToolCall {
  readonly id: string | null;
  readonly name: string;
  readonly arguments: string;
}

/** One message of the request as plain text, for counting tokens. */
export interface CountableMessage {
  readonly role: string;
  readonly name: string | null;
  readonly text: string;
}

/**
 * The texts tokens are counted over when the provider reported none. `none`: nothing was generated
 * (an error, a listing), or what was sent cannot be counted as text (audio, images only).
 */
export interface Countable {
  readonly shape: 'chat' | 'text' | 'embeddings' | 'none';
  readonly input: readonly CountableMessage[];
  /** Tool definitions as JSON text. */
  readonly tools: string | null;
  /** Everything that was generated, partial or whole: texts and the arguments of tool calls. */
  readonly output: readonly string[];
  /** Token ids sent instead of text (legacy completions, embeddings): they are tokens already. */
  readonly inputTokenIds: number;
  /** True when images, audio, files or earlier turns kept by the provider were sent too: a count is too low. */
  readonly hasUncountable: boolean;
  /** True when the end of a body was not kept: what is counted is a lower bound. */
  readonly isCut: boolean;
}

/** What a recorded call says, as far as it could be read; what cannot be read is null. */
export interface ParsedExchange {
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  /** Plain text of the last user message, with markers such as `[image]` for parts that are not text. */
  readonly promptText: string | null;
  /** Plain text of the answer, assembled from chunks; more than one choice is separated by a blank line. */
  readonly responseText: string | null;
  /** `stop`, `length`, `tool_calls`, `content_filter`, …: of the first choice. */
  readonly finishReason: string | null;
  /** `source: 'reported'`, or all null when the provider said nothing. */
  readonly usage: Usage;
  readonly toolCalls: readonly ToolCall[];
  /** The provider's own words when the answer is an error or a stream ends in one. */
  readonly errorMessage: string | null;
  /** From the body: `user` or `safety_identifier`; metadata `user_id`. */
  readonly userId: string | null;
  /** From the body's metadata: `session_id`, `thread_id` or `conversation_id`; or the conversation of the Responses API. */
  readonly sessionId: string | null;
  /** The body's `metadata`, strings only. */
  readonly metadata: Readonly<Record<string, string>>;
  /** `default`, `flex`, `priority`, `batch` as the provider reported it; prices may depend on it. */
  readonly serviceTier: string | null;
  readonly countable: Countable;
}

export const NO_USAGE: Usage = {
  input: null,
  cachedInput: null,
  cacheWriteInput: null,
  audioInput: null,
  output: null,
  reasoning: null,
  audioOutput: null,
  source: null,
};

export const NOTHING_COUNTABLE: Countable = {
  shape: 'none',
  input: [],
  tools: null,
  output: [],
  inputTokenIds: 0,
  hasUncountable: false,
  isCut: false,
};

/** A reading in which nothing could be read. */
export const UNREADABLE: ParsedExchange = {
  requestModel: null,
  responseModel: null,
  promptText: null,
  responseText: null,
  finishReason: null,
  usage: NO_USAGE,
  toolCalls: [],
  errorMessage: null,
  userId: null,
  sessionId: null,
  metadata: {},
  serviceTier: null,
  countable: NOTHING_COUNTABLE,
};
