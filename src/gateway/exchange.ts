import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { CachedAnswer } from '../cache/answer-cache.ts';
import { AppError, asError } from '../core/errors.ts';
import type { ExchangeRecord, RawBody, RecordedHandling } from '../ingest/spool-record.ts';
import type { Attempt as AttemptNote, Usage } from '../interactions/record.ts';
import type { DialectId } from '../providers/dialect.ts';
import type { DialectError } from '../providers/neutral.ts';
import { CallTimes } from './call-times.ts';
import { type Caller, type FlowEvents, HttpCaller, NoCaller } from './caller.ts';
import { type Call, type CallFacts, exchangeRecord } from './exchange-record.ts';
import type { ExchangeTools } from './exchange-tools.ts';
import { encodingOf, oneHeader, withoutBodyHeaders } from './headers.ts';
import type { Ongoing } from './in-flight.ts';
import { Obligations } from './obligations.ts';
import { CALLER_LEFT, type Failure, isFailure, type Outcome, SHUT_DOWN } from './outcome.ts';
import { replyHeaders } from './reply-headers.ts';
import { errorOf, type ReplyStyle, statusOf } from './reply-style.ts';

/** No cache keeps longer answers. */
const MAX_KEPT_ANSWER_BYTES = 4 * 1024 * 1024;

/** What was answered, as far as it came: for the record and the bill. */
export interface Answered {
  readonly httpStatus: number | null;
  readonly response: RawBody | null;
  readonly dialect: DialectId;
  readonly usage: Usage | null;
}

/** How a call ends. */
export interface Ending {
  readonly outcome: Outcome;
  readonly answered: Answered | null;
  /** Bytes that the caller gets only once the call is recorded. */
  readonly last?: readonly Buffer[];
  /** The head of a successful answer, where the caller has not seen it yet. */
  readonly head?: AnswerHead;
}

/** What is under way for a call: a try at a provider, or the wait for the next. */
export interface Underway {
  /** Ends it now, whatever it does; what was answered so far. Told nothing more afterwards. */
  stop(outcome: Outcome): Answered | null;
  /** The caller left: goes on without it and settles the call itself; false when it has to be stopped. */
  drain(): boolean;
  pause(): void;
  resume(): void;
}

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Whether events are streamed: a cut then ends with an error event. */
  readonly streams: boolean;
}

/**
 * The caller's side of one call, from its arrival to its record. Whatever answers it (tries at
 * providers, a cached answer, a refusal) ends in `settle`, which happens exactly once: what the call
 * holds is given back, the record is appended to the spool, and only then the caller gets the end.
 */
export class Exchange implements Ongoing, FlowEvents {
  readonly call: Call;
  readonly facts: CallFacts;
  readonly style: ReplyStyle;
  readonly tools: ExchangeTools;
  readonly times: CallTimes;
  readonly obligations: Obligations;
  /** Every try that left for a provider and is over, in order. */
  readonly attempts: AttemptNote[] = [];
  readonly #caller: Caller;
  #left: AbortController | null = null;
  #underway: Underway | null = null;
  #streams = false;
  #head: AnswerHead | null = null;
  #sent: Buffer[] = [];
  #sentBytes = 0;
  /** How many tries left for a provider. */
  tried = 0;
  slot = 0;
  #settled = false;
  #recorded = false;

  constructor(
    tools: ExchangeTools,
    start: { call: Call; facts: CallFacts; style: ReplyStyle },
    response: ServerResponse | null,
  ) {
    this.tools = tools;
    this.call = start.call;
    this.facts = start.facts;
    this.style = start.style;
    this.times = new CallTimes(tools.clock, start.call.arrivedAt);
    this.obligations = new Obligations(tools.log);
    this.#caller = response === null ? new NoCaller() : new HttpCaller(response, this);
    response?.once('close', () => this.#callerClosed());
    tools.inFlight.add(this);
  }

  get settled(): boolean {
    return this.#settled;
  }

  get recorded(): boolean {
    return this.#recorded;
  }

  get callerGone(): boolean {
    return this.#caller.gone;
  }

  /** The chat shape of the caller, which its dialect's events follow. */
  get shape(): string {
    return this.call.shape ?? this.call.operation;
  }

  /** Whether the caller has seen anything of an answer: then no other may follow. */
  get begun(): boolean {
    return this.#caller.headSent;
  }

  /** Aborts when the caller leaves or the call is over. */
  get left(): AbortSignal {
    this.#left ??= new AbortController();
    if (this.#settled) this.#left.abort(OVER);
    return this.#left.signal;
  }

  /** Nobody waits by `left` any more: the end of the call costs nothing for it. */
  unwatched(): void {
    this.#left = null;
  }

  /** What works on the call from now on. */
  goesOnWith(underway: Underway | null): void {
    this.#underway = underway;
  }

  /** The head of the answer goes to the caller; from here on it is this answer. */
  begin(head: AnswerHead): void {
    if (this.#caller.headSent || this.#caller.gone) return;
    const { status, headers, streams } = head;
    this.#streams = streams;
    this.#head = head;
    const length = streams ? null : oneHeader(headers, 'content-length');
    const list = this.#ownHeaders(headers);
    if (length !== null) list.push('content-length', length);
    this.#caller.head(status, list);
  }

  /** Bytes of the answer, behind its head. */
  forward(bytes: Buffer): void {
    if (this.obligations.wantAnswer) this.#keep(bytes);
    if (!this.#caller.gone) this.#caller.write(bytes);
  }

  /** The copy for the cache ends where no cache would take it. */
  #keep(bytes: Buffer): void {
    this.#sentBytes += bytes.length;
    if (this.#sentBytes <= MAX_KEPT_ANSWER_BYTES) this.#sent.push(bytes);
    else this.#sent = [];
  }

  /** Bytes that close the answer; what was held back for the record goes first. */
  end(bytes: Buffer | string | null): void {
    this.#caller.end(bytes);
  }

  /** A whole JSON reply of our own making. */
  replyJson(status: number, body: string, provider: IncomingHttpHeaders = {}): void {
    const bytes = Buffer.from(body);
    const headers = this.#ownHeaders(withoutBodyHeaders(provider));
    headers.push('content-type', 'application/json; charset=utf-8');
    headers.push('content-length', String(bytes.length));
    this.#caller.head(status, headers);
    this.#caller.end(bytes);
  }

  /** Ends the caller's answer with an error: whole, as an event, or by breaking what was promised whole. */
  replyError(error: DialectError, provider: IncomingHttpHeaders = {}): void {
    if (!this.#caller.headSent) {
      const other = this.style.instead?.(error) ?? null;
      if (other !== null) this.replyJson(200, other);
      else this.replyJson(error.status, this.style.error(error, this.call.id), provider);
    } else if (this.#streams) {
      this.#caller.end(this.style.lastEvent(error, this.shape));
    } else {
      this.#caller.break();
    }
  }

  /** Ends the call with an error of ours, whatever is under way. `headers` go with the reply. */
  refuse(failure: Failure, headers: IncomingHttpHeaders = {}): void {
    if (this.#settled) return;
    this.times.received();
    const answered = this.#underway?.stop(failure) ?? null;
    this.settle({ outcome: failure, answered }, () => this.replyError(errorOf(failure), headers));
  }

  /** The caller does not take more bytes for now. */
  held(): void {
    this.#underway?.pause();
  }

  flowing(): void {
    this.#underway?.resume();
  }

  shutDown(): void {
    this.refuse(SHUT_DOWN);
  }

  /** The call is over: books are closed, the record is written, then `finish` ends the caller's answer. */
  settle(ending: Ending, finish: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    const record = this.#record(ending);
    this.#left?.abort(OVER);
    this.#append(record).then(
      () => this.#whenRecorded(finish, ending.outcome),
      (error: unknown) => this.#whenNotRecorded(finish, asError(error)),
    );
  }

  #callerClosed(): void {
    if (this.#settled) {
      this.#underway?.stop(CALLER_LEFT);
      return;
    }
    this.times.received();
    if (this.#underway?.drain() === true) return;
    const answered = this.#underway?.stop(CALLER_LEFT) ?? null;
    this.settle({ outcome: CALLER_LEFT, answered }, () => undefined);
  }

  /** Async, so that even a spool that throws at once ends up where failures are handled. */
  async #append(record: ExchangeRecord): Promise<void> {
    await this.tools.spool.append(record);
  }

  #record(ending: Ending): ExchangeRecord {
    const { outcome, answered } = ending;
    const { dialect } = this.call;
    if (answered !== null && answered.response !== null && answered.dialect !== dialect) {
      this.facts.handling.responseDialect = answered.dialect;
    }
    const httpStatus = answered?.httpStatus ?? (isFailure(outcome) ? statusOf(outcome) : null);
    const charges = this.#close(ending);
    return exchangeRecord({
      call: this.call,
      facts: this.facts,
      times: this.times,
      outcome,
      response: answered?.response ?? null,
      httpStatus,
      attempts: this.attempts,
      charges,
    });
  }

  /** Gives back what the call holds; what its record carries of budgets. */
  #close(ending: Ending): RecordedHandling['charges'] {
    const { outcome, answered } = ending;
    const free = this.attempts.every(costNothing);
    return this.obligations.close({
      bill: {
        usage: answered?.usage ?? null,
        provider: this.facts.provider,
        model: this.facts.servedModel ?? this.facts.model,
        free,
      },
      answer: outcome.errorType === null ? this.#keepable(ending) : null,
    });
  }

  /** The answer as the caller gets it, for the cache. */
  #keepable({ last = [], head: first }: Ending): CachedAnswer | null {
    const head = first ?? this.#head;
    if (!this.obligations.wantAnswer || head === null || head.status >= 300) return null;
    // A provider that compresses unasked: whoever is answered later may not be able to unpack it.
    if (encodingOf(head.headers) !== null || this.#sentBytes > MAX_KEPT_ANSWER_BYTES) return null;
    return {
      status: head.status,
      contentType: oneHeader(head.headers, 'content-type') ?? '',
      body: Buffer.concat([...this.#sent, ...last]),
      provider: this.facts.provider,
      model: this.facts.servedModel ?? this.facts.model,
      storedAtMs: this.tools.clock.now(),
      costMicroUsd: null,
    };
  }

  #whenRecorded(finish: () => void, outcome: Outcome): void {
    this.#recorded = true;
    finish();
    this.tools.metrics.count({
      operation: this.call.operation,
      model: this.facts.model,
      success: outcome.errorType === null,
      durationMs: this.times.elapsedMs,
      firstTokenMs: this.times.firstTokenMs,
      overheadMs: this.times.overheadMs(),
    });
    this.tools.inFlight.remove(this);
  }

  /** Under the policy `refuse` an answer that cannot be recorded must not look complete. */
  #whenNotRecorded(finish: () => void, error: Error): void {
    const full = error instanceof AppError && error.code === 'spool_full';
    if (!full) this.tools.log.error({ err: error, interactionId: this.call.id }, 'record lost');
    this.#recorded = true;
    if (full) {
      this.#underway?.stop(CALLER_LEFT);
      this.replyError({ status: 503, code: 'spool_full', message: error.message, field: null });
    } else {
      finish();
    }
    this.tools.inFlight.remove(this);
  }

  #ownHeaders(provider: IncomingHttpHeaders): string[] {
    const { call, facts, obligations } = this;
    const overheadMs = this.times.overheadMs();
    const reply = { call, facts, overheadMs, attempts: this.tried, own: obligations.headers };
    return replyHeaders(reply, provider);
  }
}

/** Failures for which no provider asks money: it was not reached, or refused. */
const UNBILLED: ReadonlySet<AttemptNote['errorType']> = new Set([
  'connection_failed',
  'timeout_connect',
  'rate_limited',
  'unauthorized',
  'invalid_request',
]);

/** Made once: without a reason each abort makes an exception with its stack. */
const OVER = new Error('The call is over.');

/** Whether a try cannot have been billed. A provider that was given up on may have gone on working. */
function costNothing({ httpStatus, errorType }: AttemptNote): boolean {
  if (errorType === 'upstream_error') return httpStatus !== null && httpStatus >= 400;
  return UNBILLED.has(errorType);
}
