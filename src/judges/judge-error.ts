import { AskError } from '../evaluation/ask.ts';

export type JudgeErrorCode =
  /** The judge answered, and no verdict could be read from it. */
  | 'unreadable'
  /** The budget of judges for today is used up; nothing was asked. */
  | 'over_budget'
  | AskError['code'];

/** Why there is no verdict. A failed judgement is never a score. */
export class JudgeError extends Error {
  override name = 'JudgeError';
  readonly code: JudgeErrorCode;
  /** Whether the same question may have a verdict later. */
  readonly retryable: boolean;
  /** What the judge wrote; null when it wrote nothing. */
  readonly rawReply: string | null;
  readonly retryAfterMs: number | null;

  constructor(
    code: JudgeErrorCode,
    message: string,
    more: {
      readonly retryable: boolean;
      readonly rawReply?: string | null;
      readonly retryAfterMs?: number | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.retryable = more.retryable;
    this.rawReply = more.rawReply ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}

/** A failed question as a failed judgement; anything else as it is. */
export function asJudgeError(thrown: unknown): unknown {
  if (!(thrown instanceof AskError)) return thrown;
  const { code, message, retryable, retryAfterMs } = thrown;
  return new JudgeError(code, message, { retryable, retryAfterMs, cause: thrown });
}
