import type { CallContext, ExchangeRecord, RawBody } from '../ingest/spool-record.ts';
import type { CallTimes } from './call-times.ts';
import type { KeptBody } from './kept-body.ts';
import type { Outcome } from './outcome.ts';

/** What is known of a call when it arrives. Times: `…AtMs` of the wall clock, `…At` of the monotonic one. */
export interface Call {
  readonly id: string;
  /** Of the HTTP request; told to the caller, not recorded. */
  readonly requestId: string;
  readonly projectId: string;
  readonly receivedAtMs: number;
  readonly arrivedAt: number;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
}

/** What becomes known of a call before it is forwarded. */
export interface CallFacts {
  provider: string;
  model: string | null;
  stream: boolean;
  request: KeptBody | null;
  requestType: string | null;
  requestEncoding: string | null;
  context: CallContext;
}

/** The record of a call that is over. */
export function exchangeRecord(parts: {
  readonly call: Call;
  readonly facts: CallFacts;
  readonly times: CallTimes;
  readonly outcome: Outcome;
  readonly response: RawBody | null;
  readonly httpStatus: number | null;
}): ExchangeRecord {
  const { call, facts, times, outcome, response, httpStatus } = parts;
  const { errorType, errorMessage } = outcome;
  return {
    kind: 'exchange',
    id: call.id,
    projectId: call.projectId,
    receivedAtMs: call.receivedAtMs,
    origin: 'gateway',
    dialect: 'openai',
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
    attempts:
      times.dispatchedAt === null ? [] : [attemptOf(parts, times.dispatchedAt - call.arrivedAt)],
    context: facts.context,
  };
}

function attemptOf(
  parts: Pick<Parameters<typeof exchangeRecord>[0], 'facts' | 'times' | 'outcome' | 'httpStatus'>,
  sinceArrivalMs: number,
): ExchangeRecord['attempts'][number] {
  return {
    provider: parts.facts.provider,
    model: parts.facts.model,
    startedAtMs: parts.times.dispatchedAtMs,
    durationMs: rounded(parts.times.elapsedMs - sinceArrivalMs),
    httpStatus: parts.httpStatus,
    errorType: parts.outcome.errorType,
    errorMessage: parts.outcome.errorMessage,
  };
}

/** Milliseconds to three places. */
function rounded(ms: number): number {
  return Math.round(Math.max(0, ms) * 1000) / 1000;
}
