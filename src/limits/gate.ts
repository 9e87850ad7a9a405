/** Who calls what, for limits. `ip` is the caller's address as the server sees it. */
export interface LimitSubject {
  readonly projectId: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  readonly ip: string;
  readonly model: string | null;
  /** Tokens that the call is expected to cost: request bytes / 4 plus what it may generate at most. */
  readonly estimatedTokens: number;
}

export type Admission =
  | {
      readonly admitted: true;
      /** `x-ratelimit-*` headers (names and values in turn) for the reply; empty without limits. */
      readonly headers: readonly string[];
      /** Whether `release` has any use for the tokens: without a rule about them nobody needs to read the usage. */
      readonly countsTokens?: boolean;
      /** Must be called exactly once when the call is over; `tokens` is what it really cost, null unknown. */
      release(tokens: number | null): void;
    }
  | {
      readonly admitted: false;
      readonly headers: readonly string[];
      readonly retryAfterMs: number;
      /** Which limit, in words for the caller: `60 requests a minute for this key`. */
      readonly limit: string;
    };

/** Requests and tokens a minute and concurrent requests, by IP, user, key and model. */
export interface LimitGate {
  /** Synchronous in memory; a promise only where a shared store has to be asked. Never rejects: fails open, counted. */
  admit(subject: LimitSubject): Admission | Promise<Admission>;
}
