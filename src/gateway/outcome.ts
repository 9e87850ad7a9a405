import { AppError, type ErrorCode } from '../core/errors.ts';
import type { ErrorType } from '../interactions/record.ts';
import type { Timeout } from './deadlines.ts';
import { endOf, errorIn, failedResponse } from './stream-event.ts';

/** How a call came out, for its record. */
export interface Outcome {
  readonly errorType: ErrorType | null;
  readonly errorMessage: string | null;
  /** Our own code when the caller is told by us; null when the provider's answer stands. */
  readonly code: ErrorCode | null;
}

/** An outcome that we tell the caller, with our own code. */
export interface Failure extends Outcome {
  readonly errorType: ErrorType;
  readonly errorMessage: string;
  readonly code: ErrorCode;
}

export const SUCCESS: Outcome = { errorType: null, errorMessage: null, code: null };
export const CALLER_LEFT: Outcome = {
  errorType: 'client_closed',
  errorMessage: 'The caller closed the connection before the answer was complete.',
  code: null,
};

export function isFailure(outcome: Outcome): outcome is Failure {
  return outcome.code !== null;
}

export const SHUT_DOWN: Failure = {
  code: 'shutting_down',
  errorType: 'shutdown',
  errorMessage: 'The gateway is shutting down.',
};

const MAX_PARSED_ERROR_BYTES = 64 * 1024;
const MAX_MESSAGE = 500;

/** A whole answer's outcome by its HTTP status. `body` may hold the provider's own words. */
export function outcomeOfStatus(status: number, body: Buffer): Outcome {
  if (status < 400) return SUCCESS;
  return {
    errorType: errorTypeOf(status),
    errorMessage: messageIn(body) ?? `The provider answered HTTP ${status}.`,
    code: null,
  };
}

function errorTypeOf(status: number): ErrorType {
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'unauthorized';
  return status < 500 ? 'invalid_request' : 'upstream_error';
}

/**
 * The outcome of a stream that the provider closed in good order but without its last event. Some servers
 * leave `[DONE]` out; without a finish reason either, the answer is cut.
 */
export function outcomeOfOpenEnd(tail: string): Outcome {
  const { finished, error } = endOf(tail);
  if (error !== null) {
    return { errorType: 'upstream_error', errorMessage: error.slice(0, MAX_MESSAGE), code: null };
  }
  return finished ? SUCCESS : truncated('The provider ended the stream before its last event.');
}

/**
 * The outcome of a stream by the event that ends it: the Responses API names a failure there; elsewhere
 * the event before `[DONE]` may be an error.
 */
export function outcomeOfLastEvent(
  terminal: Buffer,
  before: { readonly lastEvent: () => string } | null,
): Outcome {
  const event = terminal.toString('utf8');
  const error = event.includes('[DONE]')
    ? errorIn(before?.lastEvent() ?? '')
    : failedResponse(event);
  return error === null
    ? SUCCESS
    : { errorType: 'upstream_error', errorMessage: error.slice(0, MAX_MESSAGE), code: null };
}

export function truncated(message: string): Failure {
  return { code: 'upstream_truncated', errorType: 'upstream_truncated', errorMessage: message };
}

const TIMEOUT_WORDS: Record<Timeout, string> = {
  timeout_connect: 'No connection to the provider',
  timeout_first_byte: 'No answer from the provider',
  timeout_idle: 'The provider stopped sending',
  timeout_total: 'The answer was not complete',
};

export function timedOut(timeout: Timeout): Failure {
  return {
    code: 'upstream_timeout',
    errorType: timeout,
    errorMessage: `${TIMEOUT_WORDS[timeout]} within the configured time.`,
  };
}

/** A refusal of ours as an outcome. */
export function refusal(error: AppError): Failure {
  return { code: error.code, errorType: refusalType(error.code), errorMessage: error.message };
}

function refusalType(code: ErrorCode): ErrorType {
  if (code === 'upstream_not_configured') return 'connection_failed';
  return code === 'spool_full' ? 'unknown' : 'invalid_request';
}

/** What a broken connection means, by whether the answer had begun. */
export function brokenConnection(error: Error, answerBegan: boolean): Failure {
  if (error instanceof AppError) return refusal(error);
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return timedOut('timeout_connect');
  if (code === 'UND_ERR_INVALID_ARG') {
    return {
      code: 'invalid_request',
      errorType: 'invalid_request',
      errorMessage: 'The path or a header cannot be forwarded.',
    };
  }
  if (answerBegan) return truncated('The provider broke off its answer.');
  return {
    code: 'upstream_unreachable',
    errorType: 'connection_failed',
    errorMessage: `The provider could not be reached${reasonOf(code)}.`,
  };
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: ' (connection refused)',
  ENOTFOUND: ' (host name not found)',
  EAI_AGAIN: ' (host name not found)',
  ECONNRESET: ' (connection reset)',
  UND_ERR_SOCKET: ' (connection closed)',
};

function reasonOf(code: string): string {
  return REASONS[code] ?? '';
}

function messageIn(body: Buffer): string | null {
  if (body.length === 0 || body.length > MAX_PARSED_ERROR_BYTES) return null;
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    const error = isObject(parsed) ? parsed['error'] : null;
    const message = isObject(error) ? error['message'] : error;
    return typeof message === 'string' ? message.slice(0, MAX_MESSAGE) : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
