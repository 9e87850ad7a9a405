/** Every error a caller can act on, with its HTTP status. Anything else is a bug and becomes 500. */
export const ERROR_STATUS = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_header: 400,
  /** The field cannot be carried over to the provider that serves the model. */
  unsupported_field: 400,
  unauthorized: 401,
  budget_exceeded: 402,
  csrf_failed: 403,
  forbidden: 403,
  forbidden_host: 403,
  /** A user-given URL leads where this program must not go. */
  forbidden_address: 403,
  not_found: 404,
  model_not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  upgrade_required: 426,
  too_many_requests: 429,
  rate_limit_exceeded: 429,
  internal_error: 500,
  not_implemented: 501,
  upstream_not_configured: 502,
  upstream_unreachable: 502,
  upstream_truncated: 502,
  upstream_timeout: 504,
  no_target_available: 503,
  database_unavailable: 503,
  spool_full: 503,
  shutting_down: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** An error whose cause is known and on which the caller can act. The message is shown to customers. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: unknown;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = ERROR_STATUS[code];
    this.details = options.details ?? null;
  }
}

/** Whatever was thrown, as an Error, for logs and causes. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
