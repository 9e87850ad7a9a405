import { ERROR_STATUS } from '../core/errors.ts';
import type { Dialect, DialectId } from '../providers/dialect.ts';
import { dialectOf } from '../providers/dialects.ts';
import type { DialectError } from '../providers/neutral.ts';
import type { Failure } from './outcome.ts';

/** A whole answer of the provider, for replies that are made from it. */
export interface WholeAnswer {
  readonly status: number;
  readonly body: Buffer;
  readonly interactionId: string;
  readonly latencyMs: number;
}

/** How a reply looks to its caller where it is not the provider's own bytes. */
export interface ReplyStyle {
  /** The language of the caller. */
  readonly dialect: DialectId;
  /** An error before the first byte of an answer, as JSON text. */
  error(error: DialectError, interactionId: string): string;
  /** The event that ends a cut stream, instead of a clean end. */
  lastEvent(error: DialectError, operation: string): string;
  /** Makes the whole reply of the whole answer; null passes the provider's bytes through. */
  readonly whole: ((answer: WholeAnswer) => { status: number; body: string }) | null;
  /** What is told with status 200 in place of an error, where there is something; null tells the error. */
  readonly instead?: (error: DialectError) => string | null;
}

export function statusOf(failure: Failure): number {
  return ERROR_STATUS[failure.code];
}

/** A failure of ours in no dialect's words. */
export function errorOf(failure: Failure): DialectError {
  return {
    status: statusOf(failure),
    code: failure.code,
    message: failure.errorMessage,
    field: failure.field ?? null,
  };
}

/** Replies in the words of a dialect, the provider's bytes passed through. */
export function styleOf(id: DialectId): ReplyStyle {
  const known = STYLES.get(id);
  if (known !== undefined) return known;
  const style = styleOfDialect(dialectOf(id));
  STYLES.set(id, style);
  return style;
}

const STYLES = new Map<DialectId, ReplyStyle>();

function styleOfDialect({ id, wire }: Dialect): ReplyStyle {
  return {
    dialect: id,
    error: (error) => wire.errorBody(error),
    lastEvent: (error, operation) => wire.errorEvent(error, operation),
    whole: null,
  };
}
