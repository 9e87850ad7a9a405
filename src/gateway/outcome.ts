import { AppError, asError, type ErrorCode } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { ErrorType } from '../interactions/record.ts';
import type { DialectError } from '../providers/neutral.ts';
import type { Timeout } from './deadlines.ts';

/** How a call came out, for its record. */
export interface Outcome {
  readonly errorType: ErrorType | null;
  readonly errorMessage: string | null;
  /** Our own code when the caller is told by us; null when the provider's answer stands. */
  readonly code: ErrorCode | null;
  /** The provider said that the prompt is too long for its model. */
  readonly tooLong?: boolean;
  /** How long the provider asks in its body to be left alone (Gemini). */
  readonly retryAfterMs?: number;
}

/** An outcome that we tell the caller, with our own code. */
export interface Failure extends Outcome {
  readonly errorType: ErrorType;
  readonly errorMessage: string;
  readonly code: ErrorCode;
  /** The field of the request at fault, where one is. */
  readonly field?: string | null;
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

const TOO_LONG_CODE = 'context_length_exceeded';
/** How providers without a code for it say it: Anthropic, Gemini, llama.cpp and vLLM. */
const TOO_LONG =
  /prompt is too long|maximum context length|input token count.{0,40}exceeds|exceeds? (?:the )?(?:available |maximum )?context|context (?:length|window|size).{0,20}exceed/i;

/** Whether an error of status 400 or 413 says that the prompt does not fit into the model. */
export function saysTooLong({ status, code, message }: DialectError): boolean {
  if (status !== 400 && status !== 413) return false;
  return code === TOO_LONG_CODE || TOO_LONG.test(message);
}

function errorTypeOf(status: number): ErrorType {
  if (status < 400) return 'upstream_error';
  if (status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'unauthorized';
  return status < 500 ? 'invalid_request' : 'upstream_error';
}

/** The outcome of an answer in which the provider told an error. */
export function toldError(error: DialectError): Outcome {
  return {
    errorType: errorTypeOf(error.status),
    errorMessage: error.message.slice(0, MAX_MESSAGE),
    code: null,
  };
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
  return {
    code: error.code,
    errorType: REFUSAL_TYPES[error.code] ?? 'invalid_request',
    errorMessage: error.message,
    field: fieldOf(error.details),
  };
}

/** What was thrown as a failure to tell; what is not known is logged and called internal. */
export function failureOf(log: Log, thrown: unknown): Failure {
  if (thrown instanceof AppError) return refusal(thrown);
  if (isTooDeep(thrown)) return TOO_DEEP;
  log.error({ err: asError(thrown) }, 'gateway failed');
  return {
    code: 'internal_error',
    errorType: 'unknown',
    errorMessage: 'The gateway failed; the cause is in its log.',
  };
}

/** Thousands of brackets in each other: no provider takes them, and writing them anew ends the stack. */
const TOO_DEEP: Failure = {
  code: 'invalid_request',
  errorType: 'invalid_request',
  errorMessage: 'The request is nested too deeply to be translated for the provider.',
};

function isTooDeep(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes('call stack');
}

const REFUSAL_TYPES: Partial<Record<ErrorCode, ErrorType>> = {
  upstream_not_configured: 'connection_failed',
  no_target_available: 'connection_failed',
  rate_limit_exceeded: 'rate_limited',
  budget_exceeded: 'rate_limited',
  spool_full: 'unknown',
};

function fieldOf(details: unknown): string | null {
  const field = isObject(details) ? details['field'] : null;
  return typeof field === 'string' ? field : null;
}

/** What a broken connection means, by whether the answer had begun. */
export function brokenConnection(error: Error, answerBegan: boolean): Failure {
  if (error instanceof AppError) {
    // All connections are busy: too much was asked at once, the provider is not sick.
    const busy = error.code === 'no_target_available';
    return busy ? { ...refusal(error), errorType: 'rate_limited' } : refusal(error);
  }
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
    errorMessage: `The provider could not be reached${reasonOf(error, code)}.`,
  };
}

const UNTRUSTED = ' (its certificate is not trusted)';
const REASONS: Record<string, string> = {
  ECONNREFUSED: ' (connection refused)',
  ENOTFOUND: ' (host name not found)',
  EAI_AGAIN: ' (host name not found)',
  ECONNRESET: ' (connection reset)',
  UND_ERR_SOCKET: ' (connection closed)',
  UND_ERR_HEADERS_OVERFLOW: ' (its headers are too large)',
  CERT_HAS_EXPIRED: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
};

function reasonOf({ name }: Error, code: string): string {
  // Its codes are not always there.
  if (name === 'HTTPParserError') return ' (its answer is not HTTP)';
  if (code.startsWith('ERR_SSL_')) return ' (TLS failed)';
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
