import { asCount, asFilledText, asObject, type JsonObject, objectsOf } from '../json.ts';
import type { DialectError } from '../neutral.ts';

/** google.rpc.Code by HTTP status (google/rpc/code.proto, comments on HTTP mapping). */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'FAILED_PRECONDITION',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  416: 'OUT_OF_RANGE',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const HTTP_STATUSES: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

const TYPE = 'type.googleapis.com/google.rpc.';
/** Who gives the reasons that we write (google.rpc.ErrorInfo.domain). */
const DOMAIN = 'llm-quality-observer';

/**
 * An error as Gemini clients read it: `{"error":{code,message,status,details?}}`. Our own code goes into
 * ErrorInfo, the field at fault into BadRequest, the wait into RetryInfo (google/rpc/error_details.proto).
 */
export function errorObject(error: DialectError): JsonObject {
  const { status, message } = error;
  const details = detailsOf(error);
  return {
    error: {
      code: status,
      message,
      status: STATUS_NAMES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL'),
      ...(details.length === 0 ? {} : { details }),
    },
  };
}

function detailsOf({ code, message, field, retryAfterMs }: DialectError): readonly JsonObject[] {
  const details: JsonObject[] = [];
  if (code !== null) {
    details.push({ '@type': `${TYPE}ErrorInfo`, reason: code.toUpperCase(), domain: DOMAIN });
  }
  if (field !== null) {
    const violation = { field, description: message };
    details.push({ '@type': `${TYPE}BadRequest`, fieldViolations: [violation] });
  }
  if (retryAfterMs !== undefined) {
    details.push({ '@type': `${TYPE}RetryInfo`, retryDelay: `${retryAfterMs / 1000}s` });
  }
  return details;
}

/**
 * The error in a body; null when it holds none. Streams without `alt=sse` wrap it in a list. The status
 * is the body's own where it names one: in a stream there is no other.
 */
export function readErrorObject(body: unknown, status: number | null): DialectError | null {
  const holder = Array.isArray(body) ? body.findLast((item) => asObject(item)?.['error']) : body;
  const error = asObject(asObject(holder)?.['error']);
  if (error === null) return null;
  const name = asFilledText(error['status']);
  const details = objectsOf(error['details']);
  const wait = retryDelay(details);
  return {
    status: status ?? ownStatus(error['code']) ?? HTTP_STATUSES[name ?? ''] ?? 502,
    code: reasonOf(details) ?? name,
    message: asFilledText(error['message']) ?? `The provider answered ${name ?? 'an error'}.`,
    field: fieldOf(details),
    ...(wait === null ? {} : { retryAfterMs: wait }),
  };
}

function ownStatus(code: unknown): number | null {
  const status = asCount(code);
  return status !== null && status >= 400 && status <= 599 ? status : null;
}

function reasonOf(details: readonly JsonObject[]): string | null {
  const reason = asFilledText(detail(details, 'ErrorInfo')?.['reason']);
  return reason === null ? null : reason.toLowerCase();
}

function fieldOf(details: readonly JsonObject[]): string | null {
  const violations = objectsOf(detail(details, 'BadRequest')?.['fieldViolations']);
  return asFilledText(violations[0]?.['field']);
}

/** A google.protobuf.Duration: seconds with up to nine decimals, and an `s`. */
function retryDelay(details: readonly JsonObject[]): number | null {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(
    asFilledText(detail(details, 'RetryInfo')?.['retryDelay']) ?? '',
  )?.[1];
  return seconds === undefined ? null : Math.ceil(Number(seconds) * 1000);
}

function detail(details: readonly JsonObject[], name: string): JsonObject | undefined {
  return details.find((item) => item['@type'] === TYPE + name);
}
