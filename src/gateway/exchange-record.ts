import type {
  CallContext,
  ExchangeRecord,
  RawBody,
  RecordedHandling,
} from '../ingest/spool-record.ts';
import type { Attempt as AttemptNote, Origin } from '../interactions/record.ts';
import type { CallTimes } from './call-times.ts';
import type { KeptBody } from './kept-body.ts';
import type { Outcome } from './outcome.ts';

/** What is known of a call when it arrives. Times: `…AtMs` of the wall clock, `…At` of the monotonic one. */
export interface Call {
  readonly id: string;
  /** Of the HTTP request; told to the caller, not recorded. */
  readonly requestId: string;
  readonly projectId: string;
  /** Absent for calls of applications. */
  readonly origin?: Origin;
  readonly receivedAtMs: number;
  readonly arrivedAt: number;
  readonly operation: string;
  /** Its chat shape, where that is not the operation; not recorded. */
  readonly shape?: string | undefined;
  readonly method: string;
  readonly path: string;
  /** The dialect of the caller. */
  readonly dialect: string;
}

type Said = Omit<RecordedHandling, 'charges'>;

/** What becomes known of a call before it is answered. */
export interface CallFacts {
  /** Who answers, or was tried last. */
  provider: string;
  /** The model as the caller named it. */
  model: string | null;
  /** The model as the provider was asked for it. */
  servedModel: string | null;
  stream: boolean;
  /** Whether a stream is sent only once it is complete. */
  wholeStream: boolean;
  request: KeptBody | null;
  requestType: string | null;
  requestEncoding: string | null;
  context: CallContext;
  /** Whatever of it is not usual. */
  handling: { -readonly [Name in keyof Said]?: Said[Name] };
}

const PLAIN: RecordedHandling = {
  route: null,
  responseDialect: null,
  cache: null,
  exposure: null,
  shadowOf: null,
  charges: [],
};

/** The record of a call that is over. */
export function exchangeRecord(parts: {
  readonly call: Call;
  readonly facts: CallFacts;
  readonly times: CallTimes;
  readonly outcome: Outcome;
  readonly response: RawBody | null;
  readonly httpStatus: number | null;
  readonly attempts: readonly AttemptNote[];
  readonly charges: RecordedHandling['charges'];
}): ExchangeRecord {
  const { call, facts, times, outcome, response, httpStatus, charges } = parts;
  const { errorType, errorMessage } = outcome;
  const handling = handlingOf(facts.handling, charges);
  return {
    kind: 'exchange',
    id: call.id,
    projectId: call.projectId,
    receivedAtMs: call.receivedAtMs,
    origin: call.origin ?? 'gateway',
    dialect: call.dialect,
    operation: call.operation,
    method: call.method,
    path: call.path,
    provider: facts.provider,
    model: facts.model,
    stream: facts.stream,
    request: facts.request?.toRawBody(facts.requestType, facts.requestEncoding) ?? null,
    response,
    httpStatus,
    status: errorType === null ? 'success' : 'error',
    errorType,
    errorMessage,
    latencyMs: rounded(times.elapsedMs),
    firstTokenMs: times.firstTokenMs === null ? null : rounded(times.firstTokenMs),
    overheadMs: rounded(times.overheadMs()),
    attempts: parts.attempts,
    context: facts.context,
    ...(handling !== null && { handling }),
  };
}

/** Null for a call that was forwarded and nothing more: then the record says nothing of it. */
function handlingOf(
  said: CallFacts['handling'],
  charges: RecordedHandling['charges'],
): RecordedHandling | null {
  return charges.length === 0 && saysNothing(said) ? null : { ...PLAIN, ...said, charges };
}

function saysNothing(said: CallFacts['handling']): boolean {
  for (const name in said) if (said[name as keyof Said] != null) return false;
  return true;
}

/** Milliseconds to three places. */
export function rounded(ms: number): number {
  return Math.round(Math.max(0, ms) * 1000) / 1000;
}
