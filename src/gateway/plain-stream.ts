import type { EventFacts, Wire } from '../providers/dialect.ts';
import type { DialectError } from '../providers/neutral.ts';
import type { AnswerPath } from './answer-path.ts';
import type { Attempt } from './attempt.ts';
import { EventFrames, type Frames } from './event-frames.ts';
import type { AnswerHead } from './exchange.ts';
import { eventTexts, framingOf } from './framing.ts';
import { type Outcome, SUCCESS, toldError, truncated } from './outcome.ts';
import type { SeenUsage } from './seen-usage.ts';

/** More than this is not held back for a first content that does not come, nor for the end of a whole stream. */
const MAX_HELD_BYTES = 256 * 1024;
const MAX_WHOLE_BYTES = 4 * 1024 * 1024;

/**
 * A stream in the caller's own dialect: its events pass untouched. Head and events before the first
 * content are held back, so that another try can follow without a trace; from there on every chunk goes
 * to the caller before anything looks at it.
 */
export class PlainStream implements AnswerPath {
  readonly #attempt: Attempt;
  readonly #wire: Wire;
  readonly #frames: EventFrames;
  readonly #head: AnswerHead;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #flows: boolean;
  #sawContent = false;
  #sawFinish = false;
  #complete = false;
  /** Bytes that the caller gets only once the call is recorded. */
  #last: Buffer[] = [];

  constructor(attempt: Attempt) {
    const { status, headers, request, wire } = attempt;
    this.#attempt = attempt;
    this.#wire = wire;
    this.#head = { status, headers, streams: true };
    this.#frames = new EventFrames({ wire, hideUsage: request.hideUsage });
    this.#flows = false;
    if (!request.holds) this.#flow();
  }

  data(chunk: Buffer): void {
    const frames = this.#frames.push(chunk);
    this.#forward(frames.forward);
    const { overshoot } = frames;
    this.#attempt.kept.add(
      overshoot === 0 ? chunk : chunk.subarray(0, Math.max(0, chunk.length - overshoot)),
    );
    this.#look(frames);
  }

  end(): void {
    const frames = this.#frames.rest();
    const { error } = this.#frames;
    const finished = this.#frames.saidFinished();
    // Half an event would run into whatever has to follow it.
    if ((finished || error !== null) && this.#isWhole(frames.forward))
      this.#forward(frames.forward);
    this.#look(frames);
    if (this.#attempt.over) return;
    if (error !== null) this.#closes(toldError(error));
    else if (finished) this.#closes(SUCCESS);
    else this.#attempt.fail(truncated('The provider ended the stream before its last event.'));
  }

  afterOver(chunk: Buffer): void {
    if (!this.#complete) return;
    this.#last.push(chunk);
    this.sourceEnded();
  }

  sourceEnded(): void {
    const { exchange } = this.#attempt;
    if (this.#complete && exchange.recorded && !exchange.callerGone) this.#finish();
  }

  usage(): SeenUsage {
    return this.#frames.usage;
  }

  #forward(bytes: Buffer | null): void {
    if (bytes === null) return;
    if (this.#flows) {
      this.#attempt.forward(bytes);
      if (this.#attempt.exchange.times.firstTokenMs === null) this.#lookForContent(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (!this.#sawContent) this.#lookForContent(bytes);
    if (this.#heldBytes > (this.#waits ? MAX_WHOLE_BYTES : MAX_HELD_BYTES)) this.#flow();
  }

  /** Whether an event that the stream left without its end says something by itself. */
  #isWhole(rest: Buffer | null): boolean {
    if (rest === null) return false;
    const { last, content, finished, usage, error } = this.#wire.readEvent(rest.toString('utf8'));
    return last || content || finished || usage !== null || error !== null;
  }

  /** Reads events only until the first content. */
  #lookForContent(bytes: Buffer): void {
    for (const event of eventTexts(bytes, framingOf(this.#wire))) {
      const facts = this.#wire.readEvent(event);
      this.#sawFinish ||= facts.finished;
      if (facts.content) {
        this.#attempt.exchange.times.sawContent();
        this.#sawContent = true;
        if (!this.#waits) this.#flow();
        return;
      }
      if (facts.error !== null && !this.#flows) return;
    }
    if (!this.#waits && this.#frames.inLongEvent) this.#flow();
  }

  /** Whether the caller wants nothing before the end. */
  get #waits(): boolean {
    return this.#attempt.exchange.facts.wholeStream;
  }

  #flow(): void {
    if (this.#flows) return;
    this.#flows = true;
    const held = this.#held.splice(0);
    // A lone head has to wait for nothing; with events it goes out together with them.
    this.#attempt.begin(this.#head);
    for (const bytes of held) this.#attempt.forward(bytes);
  }

  #look({ terminal, overshoot }: Frames): void {
    const { error } = this.#frames;
    if (terminal !== null) {
      const event = terminal.toString('utf8', 0, terminal.length - overshoot);
      this.#closesWith(terminal, this.#wire.readEvent(event));
    } else if (error !== null && !this.#flows) {
      this.#attempt.fail(toldError(error), () => this.#giveOwn());
    }
  }

  #closesWith(terminal: Buffer, facts: EventFacts): void {
    this.#last.push(terminal);
    const error: DialectError | null = facts.error ?? this.#frames.error;
    const finished = this.#sawFinish || facts.finished;
    if (facts.content) this.#attempt.exchange.times.sawContent();
    if (error !== null) this.#closes(toldError(error));
    else if (this.#sawContent || this.#flows || finished || facts.content) this.#closes(SUCCESS);
    else this.#failEmpty();
  }

  #failEmpty(): void {
    const outcome = truncated('The provider ended the stream before any content.');
    this.#attempt.fail(outcome, () => this.#giveOwn());
  }

  #closes(outcome: Outcome): void {
    if (outcome.errorType !== null && !this.#flows) {
      this.#attempt.fail(outcome, () => this.#giveOwn());
      return;
    }
    this.#complete = true;
    const last = [...this.#held, ...this.#last];
    this.#attempt.complete({ outcome, last, head: this.#head }, () => this.#finish());
  }

  /** The provider's own answer, as far as it came. */
  #giveOwn(): void {
    const { exchange } = this.#attempt;
    this.#flow();
    for (const bytes of this.#last.splice(0)) exchange.forward(bytes);
    exchange.end(null);
  }

  /** Called when the record is safe and again when the source ends, in either order. */
  #finish(): void {
    const { exchange, sourceEnded } = this.#attempt;
    this.#flow();
    for (const bytes of this.#last.splice(0)) exchange.forward(bytes);
    if (sourceEnded) exchange.end(null);
  }
}
