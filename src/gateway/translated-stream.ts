import { asError } from '../core/errors.ts';
import type { StreamReader, StreamWriter } from '../providers/dialect.ts';
import type { ChatDelta, DialectError } from '../providers/neutral.ts';
import type { AnswerPath } from './answer-path.ts';
import type { Attempt } from './attempt.ts';
import { EventFrames } from './event-frames.ts';
import type { AnswerHead } from './exchange.ts';
import { eventTexts, framingOf } from './framing.ts';
import { withoutBodyHeaders } from './headers.ts';
import { SUCCESS, toldError, truncated } from './outcome.ts';
import { readStreamEvent } from './read-stream-event.ts';
import { mergedUsage, type SeenUsage } from './seen-usage.ts';
import { streamTypeOf, type Translation } from './translation.ts';

const CONTENT: ReadonlySet<ChatDelta['kind']> = new Set([
  'text',
  'refusal',
  'reasoning',
  'tool_start',
  'tool_arguments',
]);

/** A whole stream is not held back beyond this. */
const MAX_WHOLE_LENGTH = 4 * 1024 * 1024;

/** A stream of another dialect, written anew for the caller event by event. */
export class TranslatedStream implements AnswerPath {
  readonly #attempt: Attempt;
  readonly #frames: EventFrames;
  readonly #reader: StreamReader;
  readonly #writer: StreamWriter;
  readonly #head: AnswerHead;
  #held: string[] = [];
  /** How long what was written is, shown or not. */
  #heldLength = 0;
  #flows = false;
  #finished = false;
  #closing = false;
  #usage: SeenUsage = null;

  constructor(attempt: Attempt, translation: Translation) {
    const { exchange, headers, wire } = attempt;
    this.#attempt = attempt;
    this.#frames = new EventFrames({ wire, hideUsage: false });
    const ends = translation.stream(Math.floor(exchange.tools.clock.now() / 1000));
    this.#reader = ends.reader;
    this.#writer = ends.writer;
    const type = streamTypeOf(exchange.style.dialect, exchange.shape);
    this.#head = {
      status: 200,
      headers: { ...withoutBodyHeaders(headers), 'content-type': type },
      streams: true,
    };
  }

  data(chunk: Buffer): void {
    this.#attempt.kept.add(chunk);
    const { forward, terminal } = this.#frames.push(chunk);
    if (forward !== null) this.#translate(forward);
    if (terminal !== null) this.#close(terminal);
  }

  end(): void {
    const { forward, terminal } = this.#frames.rest();
    if (forward !== null) this.#translate(forward);
    if (!this.#attempt.over) this.#close(terminal);
  }

  usage(): SeenUsage {
    return this.#usage;
  }

  #translate(region: Buffer): void {
    const { wire } = this.#attempt;
    const events = eventTexts(region, framingOf(wire));
    this.#writeAll(function* (reader): Generator<ChatDelta> {
      for (const event of events) {
        const read = readStreamEvent(event, wire.framing);
        if (read !== null) yield* reader.push(read);
      }
    });
  }

  /** Writes steps as far as they go; an error among them, told or thrown, ends the try. */
  #writeAll(steps: (reader: StreamReader) => Iterable<ChatDelta>): void {
    let text = '';
    try {
      for (const delta of steps(this.#reader)) {
        if (delta.kind === 'error') {
          this.#show(text);
          this.#failed(delta.error);
          return;
        }
        text += this.#write(delta);
      }
    } catch (thrown) {
      this.#show(text);
      const message = `The provider sent an event that cannot be read: ${asError(thrown).message}`;
      this.#failed({ status: 502, code: 'upstream_error', message, field: null });
      return;
    }
    this.#show(text);
  }

  #write(delta: ChatDelta): string {
    if (delta.kind === 'usage') this.#usage = mergedUsage(this.#usage, delta.usage);
    if (delta.kind === 'finish') this.#finished = true;
    if (CONTENT.has(delta.kind) && !this.#flows) {
      this.#flows = true;
      this.#attempt.exchange.times.sawContent();
    }
    return this.#writer.write(delta);
  }

  /** Steps before the first content wait, so that another try can follow without a trace. */
  #show(text: string): void {
    if (text === '') return;
    this.#heldLength += text.length;
    const waits = this.#attempt.exchange.facts.wholeStream && this.#heldLength < MAX_WHOLE_LENGTH;
    // What comes last waits for the record.
    if (!this.#flows || waits || this.#closing) {
      this.#held.push(text);
      return;
    }
    const held = this.#held.splice(0).join('');
    this.#attempt.begin(this.#head);
    this.#attempt.forward(Buffer.from(held + text));
  }

  #close(terminal: Buffer | null): void {
    this.#closing = true;
    if (terminal !== null) this.#translate(terminal);
    if (this.#attempt.over) return;
    this.#writeAll((reader) => reader.end());
    if (this.#attempt.over) return;
    if (!this.#finished) {
      this.#showRest();
      this.#attempt.fail(truncated('The provider ended the stream before its last event.'));
      return;
    }
    const { exchange } = this.#attempt;
    const last = Buffer.from(this.#held.splice(0).join('') + this.#writer.end());
    this.#attempt.complete({ outcome: SUCCESS, last: [last], head: this.#head }, () => {
      exchange.begin(this.#head);
      exchange.end(last);
    });
  }

  /** What was written before a failure still is the caller's, once it has seen the beginning. */
  #showRest(): void {
    if (!this.#attempt.exchange.begun || this.#held.length === 0) return;
    this.#attempt.forward(Buffer.from(this.#held.splice(0).join('')));
  }

  #failed(error: DialectError): void {
    const { exchange } = this.#attempt;
    this.#showRest();
    const status = error.status >= 400 ? error.status : 502;
    const outcome = toldError({ ...error, status });
    this.#attempt.fail(outcome, () => exchange.replyError({ ...error, status }));
  }
}
