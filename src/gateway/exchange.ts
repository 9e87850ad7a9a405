import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { AppError, asError } from '../core/errors.ts';
import { CallTimes } from './call-times.ts';
import { type AnswerSource, Caller, type FlowEvents } from './caller.ts';
import { Deadlines } from './deadlines.ts';
import { EventFrames, type Frames } from './event-frames.ts';
import { type Call, type CallFacts, exchangeRecord } from './exchange-record.ts';
import type { ExchangeTools } from './exchange-tools.ts';
import { encodingOf, oneHeader, withoutBodyHeaders } from './headers.ts';
import type { Ongoing } from './in-flight.ts';
import { KeptBody } from './kept-body.ts';
import {
  brokenConnection,
  CALLER_LEFT,
  type Failure,
  isFailure,
  type Outcome,
  outcomeOfLastEvent,
  outcomeOfOpenEnd,
  outcomeOfStatus,
  SHUT_DOWN,
  SUCCESS,
  timedOut,
  truncated,
} from './outcome.ts';
import { replyHeaders } from './reply-headers.ts';
import { type ReplyStyle, statusOf } from './reply-style.ts';
import { regionHasContent } from './stream-event.ts';

/** After its last event a stream may take this long to close before we close it. */
const LINGER_MS = 5000;

/**
 * One call from its arrival to its record. An answer source (the provider's connection or the demo
 * provider) tells it what comes in; it forwards first, keeps a bounded copy, and settles exactly once:
 * the record is appended to the spool, and only then the caller gets the end of the answer.
 */
export class Exchange implements Ongoing, FlowEvents {
  readonly call: Call;
  readonly facts: CallFacts;
  readonly #tools: ExchangeTools;
  readonly #style: ReplyStyle;
  readonly #caller: Caller;
  readonly #answer: KeptBody;

  #source: AnswerSource | null = null;
  #deadlines: Deadlines | null = null;
  #frames: EventFrames | null = null;
  #hideUsage = false;

  #status: number | null = null;
  #headers: IncomingHttpHeaders = {};
  #contentLength: number | null = null;
  /** Bytes that the caller gets only once the call is recorded. */
  #last: Buffer[] = [];

  readonly #times: CallTimes;

  #settled = false;
  #recorded = false;
  #sourceEnded = false;
  #lingering: NodeJS.Timeout | null = null;

  constructor(
    tools: ExchangeTools,
    start: { call: Call; facts: CallFacts; style: ReplyStyle },
    response: ServerResponse,
  ) {
    this.#tools = tools;
    this.call = start.call;
    this.facts = start.facts;
    this.#style = start.style;
    this.#answer = new KeptBody(tools.keepBytes);
    this.#times = new CallTimes(tools.clock, start.call.arrivedAt);
    this.#caller = new Caller(response, this);
    response.once('close', () => this.#callerClosed());
    tools.inFlight.add(this);
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Time spent waiting for the caller's body is not ours. */
  waitedForCaller(ms: number): void {
    this.#times.waitedForCaller(ms);
  }

  /** The request is on its way to the provider. `hideUsage`: the usage chunk was asked for by us. */
  dispatched(hideUsage: boolean): void {
    const { clock, limits } = this.#tools;
    this.#hideUsage = hideUsage;
    this.#times.dispatched();
    this.#deadlines = new Deadlines(limits, clock, (timeout) => this.#fail(timedOut(timeout)));
  }

  /** A connection took the request; false when the call is already over and must not be sent. */
  connected(source: AnswerSource): boolean {
    this.#source = source;
    if (this.#settled) return false;
    this.#deadlines?.connected();
    return true;
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    if (this.#settled) return;
    this.#status = status;
    this.#headers = headers;
    this.#received();
    if (this.#isEventStream()) {
      this.#frames = new EventFrames({ hideUsage: this.#hideUsage });
      // Events mostly come with the head and then go out together; a lone head must not wait for them.
      queueMicrotask(() => this.#flushHead());
    } else if (this.#style.whole === null) {
      const length = Number(oneHeader(headers, 'content-length') ?? Number.NaN);
      this.#contentLength = Number.isSafeInteger(length) ? length : null;
    }
  }

  data(chunk: Buffer): void {
    if (this.#settled) {
      this.#afterSettled(chunk);
      return;
    }
    this.#received();
    if (this.#frames !== null) {
      this.#forwardFrames(this.#frames.push(chunk), chunk);
      return;
    }
    this.#answer.add(chunk);
    if (this.#style.whole !== null) return;
    // With a known length the last byte is the end for the caller: it waits for the record.
    if (this.#answer.bytes === this.#contentLength) this.#last.push(chunk);
    else this.#forward(chunk);
  }

  /** The source sent its last byte in good order. */
  end(): void {
    this.#sourceOver();
    if (this.#settled) {
      this.#finishStream();
      return;
    }
    this.#received();
    if (this.#frames === null) this.#endWhole();
    else this.#endStream(this.#frames);
  }

  /** The source broke: no connection, or a cut answer. */
  broke(error: Error): void {
    this.#sourceOver();
    if (this.#settled) this.#finishStream();
    else if (this.#caller.gone) this.#callerClosed();
    else this.#fail(brokenConnection(error, this.#status !== null));
  }

  /** Ends the call with an error of ours before anything was sent to a provider. */
  refuse(failure: Failure): void {
    this.#fail(failure);
  }

  /** The caller does not take more bytes for now. */
  held(): void {
    this.#deadlines?.pause();
    this.#source?.pause();
  }

  flowing(): void {
    this.#deadlines?.resume();
    this.#source?.resume();
  }

  shutDown(): void {
    this.#fail(SHUT_DOWN);
  }

  #isEventStream(): boolean {
    const type = oneHeader(this.#headers, 'content-type') ?? '';
    return (
      type.startsWith('text/event-stream') &&
      encodingOf(this.#headers) === null &&
      this.#style.whole === null &&
      (this.#status ?? 0) < 300
    );
  }

  #received(): void {
    const at = this.#times.received();
    this.#deadlines?.received(at);
  }

  #forwardFrames(frames: Frames, chunk: Buffer): void {
    const { forward, terminal, overshoot } = frames;
    if (forward !== null) this.#forward(forward);
    this.#answer.add(overshoot === 0 ? chunk : chunk.subarray(0, chunk.length - overshoot));
    if (forward !== null && this.#times.firstTokenMs === null && regionHasContent(forward)) {
      this.#times.sawContent();
    }
    if (terminal === null) return;
    this.#last.push(terminal);
    this.#settle(outcomeOfLastEvent(terminal, this.#frames), () => this.#finishStream());
  }

  #endStream(frames: EventFrames): void {
    const rest = frames.rest();
    if (rest.forward !== null) this.#forward(rest.forward);
    if (rest.terminal !== null) this.#last.push(rest.terminal);
    const outcome =
      rest.terminal === null
        ? outcomeOfOpenEnd(frames.tail())
        : outcomeOfLastEvent(rest.terminal, frames);
    if (isFailure(outcome)) this.#fail(outcome);
    else this.#settle(outcome, () => this.#finishStream());
  }

  #endWhole(): void {
    const status = this.#status ?? 0;
    const missing = this.#contentLength !== null && this.#answer.bytes < this.#contentLength;
    if (missing && this.call.method !== 'HEAD' && status !== 304) {
      this.#fail(truncated('The answer is shorter than its content-length says.'));
      return;
    }
    const outcome = status < 400 ? SUCCESS : outcomeOfStatus(status, this.#answer.whole());
    this.#settle(outcome, () => this.#finishWhole(status));
  }

  #finishWhole(status: number): void {
    if (this.#style.whole === null) {
      this.#sendHead();
      this.#caller.end(this.#last[0] ?? null);
      return;
    }
    const { status: replied, body } = this.#style.whole({
      status,
      body: this.#answer.whole(),
      interactionId: this.call.id,
      latencyMs: this.#times.elapsedMs,
    });
    this.#sendJson(replied, body, this.#headers);
  }

  /** Called when the record is safe and again when the source ends, in either order. */
  #finishStream(): void {
    if (!this.#recorded) return;
    this.#sendHead();
    for (const bytes of this.#last.splice(0)) this.#caller.write(bytes);
    if (this.#sourceEnded) this.#caller.end(null);
  }

  #afterSettled(chunk: Buffer): void {
    if (this.#frames === null || this.#source === null) return;
    this.#last.push(chunk);
    if (this.#recorded && !this.#caller.gone) this.#finishStream();
  }

  #fail(failure: Failure): void {
    this.#times.gaveUp();
    this.#settle(failure, () => this.#finishFailed(failure));
    this.#stopSource(failure.errorMessage);
  }

  #finishFailed(failure: Failure): void {
    if (!this.#caller.headSent) {
      this.#sendJson(statusOf(failure), this.#style.error(failure, this.call.id));
    } else if (this.#frames !== null) {
      this.#caller.end(this.#style.lastEvent(failure, this.call.operation));
    } else {
      this.#caller.break();
    }
  }

  #callerClosed(): void {
    if (this.#settled) {
      if (!this.#sourceEnded) this.#stopSource('The caller left.');
      return;
    }
    this.#times.gaveUp();
    this.#settle(CALLER_LEFT, () => undefined);
    this.#stopSource('The caller left.');
  }

  #stopSource(reason: string): void {
    if (this.#sourceEnded) return;
    this.#sourceOver();
    this.#source?.abort(new Error(reason));
  }

  #sourceOver(): void {
    this.#sourceEnded = true;
    if (this.#lingering !== null) clearTimeout(this.#lingering);
  }

  #settle(outcome: Outcome, finish: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#deadlines?.stop();
    if (!this.#sourceEnded && outcome.code === null && !this.#caller.gone) this.#linger();
    const record = this.#record(outcome);
    this.#append(record).then(
      () => this.#whenRecorded(finish, outcome),
      (error: unknown) => this.#whenNotRecorded(finish, asError(error)),
    );
  }

  /** Async, so that even a spool that throws at once ends up where failures are handled. */
  async #append(record: ReturnType<typeof exchangeRecord>): Promise<void> {
    await this.#tools.spool.append(record);
  }

  #record(outcome: Outcome): ReturnType<typeof exchangeRecord> {
    const type = oneHeader(this.#headers, 'content-type');
    return exchangeRecord({
      call: this.call,
      facts: this.facts,
      outcome,
      times: this.#times,
      response: this.#answer.toRawBody(type, encodingOf(this.#headers)),
      httpStatus: this.#status ?? (isFailure(outcome) ? statusOf(outcome) : null),
    });
  }

  #whenRecorded(finish: () => void, outcome: Outcome): void {
    this.#recorded = true;
    finish();
    this.#tools.metrics.count({
      operation: this.call.operation,
      model: this.facts.model,
      success: outcome.errorType === null,
      durationMs: this.#times.elapsedMs,
      firstTokenMs: this.#times.firstTokenMs,
      overheadMs: this.#times.overheadMs(),
    });
    this.#tools.inFlight.remove(this);
  }

  /** Under the policy `refuse` an answer that cannot be recorded must not look complete. */
  #whenNotRecorded(finish: () => void, error: Error): void {
    const full = error instanceof AppError && error.code === 'spool_full';
    if (!full) this.#tools.log.error({ err: error, interactionId: this.call.id }, 'record lost');
    this.#recorded = true;
    if (full) {
      this.#last = [];
      this.#finishFailed({ code: 'spool_full', errorType: 'unknown', errorMessage: error.message });
    } else {
      finish();
    }
    this.#tools.inFlight.remove(this);
  }

  #linger(): void {
    this.#lingering = setTimeout(() => {
      this.#stopSource('The stream did not close after its last event.');
      this.#finishStream();
    }, LINGER_MS);
  }

  #forward(bytes: Buffer): void {
    this.#sendHead();
    this.#caller.write(bytes);
  }

  #flushHead(): void {
    if (this.#settled || this.#caller.headSent || this.#caller.gone) return;
    this.#sendHead();
    this.#caller.flushHead();
  }

  #sendHead(): void {
    if (this.#caller.headSent) return;
    const length = this.#frames === null ? oneHeader(this.#headers, 'content-length') : null;
    const headers = this.#ownHeaders(this.#headers);
    if (length !== null) headers.push('content-length', length);
    this.#caller.head(this.#status ?? 502, headers);
  }

  #ownHeaders(provider: IncomingHttpHeaders): string[] {
    const overheadMs = this.#times.overheadMs();
    const attempts = this.#times.dispatchedAt === null ? 0 : 1;
    return replyHeaders({ call: this.call, facts: this.facts, overheadMs, attempts }, provider);
  }

  #sendJson(status: number, body: string, provider: IncomingHttpHeaders = {}): void {
    const headers = this.#ownHeaders(withoutBodyHeaders(provider));
    const bytes = Buffer.from(body);
    headers.push('content-type', 'application/json; charset=utf-8');
    headers.push('content-length', String(bytes.length));
    this.#caller.head(status, headers);
    this.#caller.end(bytes);
  }
}
