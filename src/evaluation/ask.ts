/** One question to a model, asked through our own gateway: recorded, priced and within budgets like any call. */
export interface AskRequest {
  readonly projectId: string;
  /** A model or route as callers of the gateway name it. */
  readonly model: string;
  /** Recorded as the origin of the call; what judges ask is never judged, what runs ask is scored by the run. */
  readonly purpose: 'judge' | 'run';
  readonly messages: readonly {
    readonly role: 'system' | 'user' | 'assistant';
    readonly content: string;
  }[];
  /** Further fields of an OpenAI chat request: temperature, response_format, logprobs, max_tokens … */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly tags?: readonly string[];
  readonly metadata?: Readonly<Record<string, string>>;
  /** `name@version`, for the record; the messages are sent as they are. */
  readonly prompt?: string;
  /** Passages the answer must be grounded in, for the record. */
  readonly context?: readonly string[];
  /** The id of the interaction, where the asker wants to find it again after a crash. */
  readonly interactionId?: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface Asked {
  readonly interactionId: string | null;
  readonly text: string;
  readonly finishReason: string | null;
  /** As the provider named it in its answer. */
  readonly model: string | null;
  /** Who answered, as our gateway names it. */
  readonly provider: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** As the provider sent them: `choices[0].logprobs`. */
  readonly logprobs: unknown;
  readonly latencyMs: number;
}

/** Asks a model. Throws AskError. */
export type Ask = (request: AskRequest) => Promise<Asked>;

export type AskErrorCode =
  | 'timeout'
  /** The request itself is wrong or not allowed; the same again is refused again. */
  | 'refused'
  | 'rate_limited'
  | 'budget_exceeded'
  | 'unavailable';

/** Why a question was not answered; `retryable` where the same question may be answered later. */
export class AskError extends Error {
  override name = 'AskError';
  readonly code: AskErrorCode;
  readonly retryable: boolean;
  /** Of the recorded failure; null when the gateway was not reached. */
  readonly interactionId: string | null;
  /** When the gateway or the provider says to come again; null when it does not. */
  readonly retryAfterMs: number | null;

  constructor(
    code: AskErrorCode,
    message: string,
    more: {
      readonly interactionId?: string | null;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryable = code !== 'refused' && code !== 'budget_exceeded';
    this.interactionId = more.interactionId ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}
