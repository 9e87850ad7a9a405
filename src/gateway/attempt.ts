import type { IncomingHttpHeaders } from 'node:http';
import type { Wire } from '../providers/dialect.ts';
import { dialectOf } from '../providers/dialects.ts';
import type { DialectError } from '../providers/neutral.ts';
import { readRetryAfter } from '../routing/retry-after.ts';
import type { NextTry, Target, TargetTimeouts, TryResult } from '../routing/router.ts';
import { type AnswerPath, answerPath } from './answer-path.ts';
import type { AnswerSource } from './caller.ts';
import { Deadlines, type Limits } from './deadlines.ts';
import { DRAIN_MAX_BYTES, DRAIN_MAX_MS } from './drains.ts';
import type { Answered, AnswerHead, Exchange, Underway } from './exchange.ts';
import { rounded } from './exchange-record.ts';
import { encodingOf, oneHeader } from './headers.ts';
import { KeptBody } from './kept-body.ts';
import { brokenConnection, CALLER_LEFT, isFailure, type Outcome, timedOut } from './outcome.ts';
import type { PreparedRequest } from './prepare-request.ts';
import { errorOf } from './reply-style.ts';
import type { SeenUsage } from './seen-usage.ts';
import { Unpacker } from './unpack.ts';

/** What a source of answers (a provider's connection, the demo provider) tells. */
export interface AnswerSink {
  /** A connection took the request; false when the call is already over and must not be sent. */
  connected(source: AnswerSource): boolean;
  head(status: number, headers: IncomingHttpHeaders): void;
  data(chunk: Buffer): void;
  /** The last byte came in good order. */
  end(): void;
  /** No connection, or a cut answer. */
  broke(error: Error): void;
}

/** A try that is over before its caller saw anything of it. */
export interface FailedTry {
  readonly outcome: Outcome;
  readonly result: TryResult;
  readonly answered: Answered;
  /** Gives the caller this try's own answer, when no other try is left. */
  deliver(): void;
}

export interface AttemptStart {
  readonly exchange: Exchange;
  readonly next: NextTry;
  readonly request: PreparedRequest;
  readonly onDisconnect: 'abort' | 'drain';
  readonly limits: Limits;
  /** Called at most once, when the try failed and the caller saw nothing of it. */
  failed(attempt: Attempt, end: FailedTry): void;
}

/** After its last event a stream may take this long to close before we close it. */
const LINGER_MS = 5000;

/**
 * One try of a call at one target. It reads what its source tells, decides when the caller may see it
 * (`AnswerPath`), and is over exactly once: with the whole answer, a failure, or a stop from outside.
 */
export class Attempt implements AnswerSink, Underway {
  readonly exchange: Exchange;
  readonly request: PreparedRequest;
  readonly kept: KeptBody;
  readonly #start: AttemptStart;
  readonly #startedAt: number;
  readonly #startedAtMs: number;
  readonly #deadlines: Deadlines;
  #source: AnswerSource | null = null;
  #path: AnswerPath | null = null;
  #unpacker: Unpacker | null = null;
  #status: number | null = null;
  #headers: IncomingHttpHeaders = {};
  #firstByteAt: number | null = null;
  #over = false;
  #sourceEnded = false;
  #lingering: NodeJS.Timeout | null = null;
  #draining: NodeJS.Timeout | null = null;

  constructor(start: AttemptStart) {
    const { exchange, request, limits } = start;
    const { clock, keepBytes } = exchange.tools;
    this.#start = start;
    this.exchange = exchange;
    this.request = request;
    this.kept = new KeptBody(keepBytes);
    this.#startedAt = exchange.times.dispatched();
    this.#startedAtMs = clock.now();
    exchange.tried += 1;
    this.#deadlines = new Deadlines(limits, clock, (timeout) => this.#timedOut(timedOut(timeout)));
  }

  get target(): Target {
    return this.#start.next.target;
  }

  /** The wire of the provider. */
  get wire(): Wire {
    return dialectOf(this.target.provider.dialect).wire;
  }

  get over(): boolean {
    return this.#over;
  }

  get status(): number {
    return this.#status ?? 0;
  }

  get headers(): IncomingHttpHeaders {
    return this.#headers;
  }

  get sourceEnded(): boolean {
    return this.#sourceEnded;
  }

  connected(source: AnswerSource): boolean {
    this.#source = source;
    if (this.#over) return false;
    this.#deadlines.connected();
    return true;
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    if (this.#over) return;
    this.#status = status;
    this.#headers = headers;
    this.#received();
    this.#firstByteAt ??= this.exchange.tools.clock.monotonic();
    const encoding = encodingOf(headers);
    if (encoding !== null && this.request.translation !== null) {
      const { 'content-encoding': _packed, 'content-length': _length, ...plain } = headers;
      this.#headers = plain;
      this.#unpacker = new Unpacker(encoding, {
        data: (chunk): void => this.#take(chunk),
        end: (): void => this.#ended(),
        failed: (error): void => this.#broken(error),
        pause: (): void => this.#source?.pause(),
        resume: (): void => this.#source?.resume(),
      });
    }
    this.#path = answerPath(this);
  }

  data(chunk: Buffer): void {
    if (this.#unpacker === null) this.#take(chunk);
    else if (!this.#over) this.#unpacker.push(chunk);
  }

  end(): void {
    if (this.#unpacker === null || this.#over) this.#ended();
    else this.#unpacker.end();
  }

  broke(error: Error): void {
    this.#broken(error);
  }

  #take(chunk: Buffer): void {
    if (this.#over) {
      this.#path?.afterOver?.(chunk);
      return;
    }
    this.#received();
    if (this.#draining !== null && this.kept.bytes > DRAIN_MAX_BYTES) this.#stopDraining();
    else this.#path?.data(chunk);
  }

  #ended(): void {
    this.#sourceOver();
    if (this.#over) {
      this.#path?.sourceEnded?.();
      return;
    }
    this.#received();
    this.#path?.end();
  }

  #broken(error: Error): void {
    this.#sourceOver();
    if (this.#over) this.#path?.sourceEnded?.();
    else this.fail(brokenConnection(error, this.#status !== null));
  }

  /** The caller may see the answer now: from here on no other try can follow. */
  begin(head: AnswerHead): void {
    this.exchange.begin(head);
  }

  forward(bytes: Buffer): void {
    this.exchange.forward(bytes);
  }

  /** The answer is complete, or ended in an error that the provider told. `finish` closes the caller's answer. */
  complete(
    ending: { outcome: Outcome; last?: readonly Buffer[]; head?: AnswerHead },
    finish: () => void,
  ): void {
    if (this.#over) return;
    const draining = this.#draining !== null;
    const answered = this.#finishTry(ending.outcome);
    if (!this.#sourceEnded && !draining) this.#linger();
    const outcome = draining ? CALLER_LEFT : ending.outcome;
    this.exchange.settle({ ...ending, outcome, answered }, draining ? nothing : finish);
    if (draining) this.#stopSource('The caller left.');
  }

  /**
   * The try failed. While the caller has seen nothing, another may follow; `deliver` gives this one's
   * own answer, by default an error.
   */
  fail(outcome: Outcome, deliver?: () => void): void {
    if (this.#over) return;
    this.exchange.times.received();
    const { exchange } = this;
    const draining = this.#draining !== null;
    const result = this.#resultOf(outcome);
    const answered = this.#finishTry(outcome);
    this.#stopSource(outcome.errorMessage ?? 'The try failed.');
    const give = deliver ?? ((): void => exchange.replyError(this.#errorOf(outcome)));
    if (draining) {
      exchange.settle({ outcome: CALLER_LEFT, answered }, nothing);
    } else if (exchange.begun) {
      exchange.settle({ outcome, answered }, give);
    } else {
      this.#start.failed(this, { outcome, result, answered, deliver: give });
    }
  }

  stop(outcome: Outcome): Answered | null {
    if (this.#over) {
      this.#stopSource('The call is over.');
      return null;
    }
    const answered = this.#finishTry(outcome);
    this.#stopSource(outcome.errorMessage ?? 'The call is over.');
    return answered;
  }

  drain(): boolean {
    const { exchange } = this;
    if (this.#start.onDisconnect !== 'drain' || this.#over || this.#draining !== null) return false;
    if (!exchange.tools.drains.begin()) return false;
    this.#draining = setTimeout(() => this.#stopDraining(), DRAIN_MAX_MS);
    this.resume();
    return true;
  }

  pause(): void {
    if (this.#draining !== null) return;
    this.#deadlines.pause();
    if (this.#unpacker === null) this.#source?.pause();
    else this.#unpacker.pause();
  }

  resume(): void {
    if (!this.#over) this.#deadlines.resume();
    if (this.#unpacker === null) this.#source?.resume();
    else this.#unpacker.resume();
  }

  #stopDraining(): void {
    const answered = this.stop(CALLER_LEFT);
    this.exchange.settle({ outcome: CALLER_LEFT, answered }, nothing);
  }

  #received(): void {
    this.#deadlines.received(this.exchange.times.received());
  }

  #timedOut(outcome: Outcome): void {
    this.fail(outcome);
  }

  /** Frees what the try held and notes how it went. */
  #finishTry(outcome: Outcome): Answered {
    this.#over = true;
    this.#deadlines.stop();
    if (this.#draining !== null) {
      clearTimeout(this.#draining);
      this.exchange.tools.drains.end();
    }
    const result = this.#resultOf(outcome);
    const { provider, model } = this.target;
    this.exchange.attempts.push({
      provider: provider.name,
      model: model ?? this.exchange.facts.model,
      startedAtMs: this.#startedAtMs,
      durationMs: rounded(result.durationMs),
      httpStatus: result.httpStatus ?? (isFailure(outcome) ? errorOf(outcome).status : null),
      errorType: outcome.errorType,
      errorMessage: outcome.errorMessage,
    });
    this.#start.next.done(result);
    return this.#answered();
  }

  #answered(): Answered {
    const type = oneHeader(this.#headers, 'content-type');
    return {
      httpStatus: this.#status,
      response: this.kept.toRawBody(type, encodingOf(this.#headers)),
      dialect: this.target.provider.dialect,
      usage: this.#usage(),
    };
  }

  #usage(): SeenUsage {
    if (!this.exchange.obligations.wantUsage || this.#path === null) return null;
    return this.#path.usage();
  }

  #resultOf({ errorType, tooLong, retryAfterMs }: Outcome): TryResult {
    return {
      errorType,
      httpStatus: this.#status,
      retryAfterMs: this.#retryAfterMs() ?? retryAfterMs ?? null,
      durationMs: this.exchange.tools.clock.monotonic() - this.#startedAt,
      firstByteMs: this.#firstByteAt === null ? null : this.#firstByteAt - this.#startedAt,
      ...(tooLong === true && { tooLong }),
    };
  }

  #retryAfterMs(): number | null {
    if ((this.#status ?? 0) < 400) return null;
    const header = (name: string): string | null => oneHeader(this.#headers, name);
    return readRetryAfter(header, this.exchange.tools.clock.now());
  }

  #errorOf(outcome: Outcome): DialectError {
    if (isFailure(outcome)) return errorOf(outcome);
    const message = outcome.errorMessage ?? 'The provider failed.';
    return { status: 502, code: outcome.errorType, message, field: null };
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

  #linger(): void {
    this.#lingering = setTimeout(() => {
      this.#stopSource('The stream did not close after its last event.');
      this.#path?.sourceEnded?.();
    }, LINGER_MS);
  }
}

function nothing(): void {
  // The caller is gone: there is nobody to tell.
}

/** A target's own time-outs, the program's where it has none; the whole call's time holds across tries. */
export function limitsOf(timeouts: TargetTimeouts, program: Limits, remainingMs: number): Limits {
  return {
    connectMs: timeouts.connectMs ?? program.connectMs,
    firstByteMs: timeouts.firstByteMs ?? program.firstByteMs,
    idleMs: timeouts.idleMs ?? program.idleMs,
    totalMs: Math.min(timeouts.totalMs ?? remainingMs, remainingMs),
  };
}
