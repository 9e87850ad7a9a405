/** What PostgreSQL says about a failed statement, the same for both drivers. */
export interface DatabaseErrorFields {
  readonly message: string;
  /** SQLSTATE, for example `23505` for a unique violation. */
  readonly code: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** A statement or connection that failed. Compare `code` (SQLSTATE), never the message. */
export class DatabaseError extends Error {
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;

  constructor(fields: DatabaseErrorFields, options: { cause?: unknown } = {}) {
    super(fields.message, options);
    this.name = 'DatabaseError';
    this.code = fields.code;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.table = fields.table;
    this.column = fields.column;
    this.constraint = fields.constraint;
  }
}

/** SQLSTATE 08006: the connection is gone. */
export const CONNECTION_FAILURE = '08006';
/** SQLSTATE 25P02: a statement failed, so the transaction can only be rolled back. */
export const TRANSACTION_ABORTED = '25P02';
/** SQLSTATE 25P03: the transaction waited too long for its next statement. */
export const TRANSACTION_IDLE = '25P03';

const NETWORK_CODES: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** Shutdown, crash recovery, starting up, too many connections, out of disk, read-only standby. */
const SERVER_AWAY: readonly string[] = ['57P01', '57P02', '57P03', '53300', '53100', '25006'];

/**
 * Whether the database cannot be reached or cannot write at the moment, so that the same work may
 * succeed later unchanged. A mistake in the statement or its data answers false.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = sqlState(error);
  return code !== null && (code.startsWith('08') || SERVER_AWAY.includes(code));
}

/** Whether trying the transaction again may succeed: serialisation failure or deadlock. */
export function isRetryable(error: unknown): boolean {
  const code = sqlState(error);
  return code === '40001' || code === '40P01';
}

/** The SQLSTATE an error carries; null for errors that are not of the database. */
export function sqlState(error: unknown): string | null {
  return error instanceof DatabaseError ? error.code : null;
}

/** Whatever a driver threw, as a DatabaseError; network errors become `08006`. */
export function toDatabaseError(thrown: unknown): Error {
  if (thrown instanceof DatabaseError) return thrown;
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  const fields = errorFields(thrown);
  return fields === null ? thrown : new DatabaseError(fields, { cause: thrown });
}

/** The parts of a driver's error that survive a message port; null when it is not of the database. */
export function errorFields(error: Error): DatabaseErrorFields | null {
  const found: Partial<Record<string, unknown>> = { ...error };
  const code = sqlStateOf(error, found['code']);
  if (code === null) return null;
  return {
    message: error.message === '' ? code : error.message,
    code,
    detail: textOf(found['detail']),
    hint: textOf(found['hint']),
    table: textOf(found['table']),
    column: textOf(found['column']),
    constraint: textOf(found['constraint']),
  };
}

function sqlStateOf(error: Error, code: unknown): string | null {
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !NETWORK_CODES.includes(code)) {
    return code;
  }
  if (typeof code === 'string' && NETWORK_CODES.includes(code)) return CONNECTION_FAILURE;
  if (error instanceof AggregateError) return CONNECTION_FAILURE;
  // The pg client has no code for a connection that ended under a query.
  return /connection terminated|connection timeout|client has encountered a connection error|not queryable/i.test(
    error.message,
  )
    ? CONNECTION_FAILURE
    : null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
