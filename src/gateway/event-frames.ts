import type { Wire } from '../providers/dialect.ts';
import type { DialectError } from '../providers/neutral.ts';
import { eventTexts, type Framing, framingOf } from './framing.ts';
import { mergedUsage, type SeenUsage } from './seen-usage.ts';

/** What may go to the caller after a chunk came in. */
export interface Frames {
  /** Whole events that the caller may have now; null when there are none. */
  readonly forward: Buffer | null;
  /** The event that ends the stream and everything after it; held until the call is recorded. */
  readonly terminal: Buffer | null;
  /** How many bytes of `terminal` come after the event that ends the stream. */
  readonly overshoot: number;
}

/** A partial event longer than this is passed on as it comes; no event that we act on is that long. */
const MAX_HELD_BYTES = 256 * 1024;
const KEPT_TAIL_REGIONS = 4;

const NOTHING: Frames = { forward: null, terminal: null, overshoot: 0 };

/**
 * Cuts a stream into whole events, wherever the network split the bytes. The concatenation of what is
 * forwarded is what came in, except for the hidden usage event. An unfinished event is held: its reader
 * could not use it yet, and a cut stream must not end in half an event.
 */
export class EventFrames {
  readonly #wire: Wire;
  readonly #framing: Framing;
  readonly #hideUsage: boolean;
  #held: Buffer | null = null;
  /** The end of a long event's last piece, where its boundary may have begun; null outside one. */
  #longTail: Buffer | null = null;
  #tail: Buffer[] = [];
  #error: DialectError | null = null;
  #usage: SeenUsage = null;

  constructor(options: { readonly wire: Wire; readonly hideUsage: boolean }) {
    this.#wire = options.wire;
    this.#framing = framingOf(options.wire);
    this.#hideUsage = options.hideUsage;
  }

  /** The error that an event told; null when none did. */
  get error(): DialectError | null {
    return this.#error;
  }

  /** What the events told of usage so far. */
  get usage(): SeenUsage {
    return this.#usage;
  }

  /** Whether an unfinished event is passed on as it comes. */
  get inLongEvent(): boolean {
    return this.#longTail !== null;
  }

  push(chunk: Buffer): Frames {
    if (this.#longTail !== null) return this.#pushLong(chunk, this.#longTail);
    const bytes = this.#held === null ? chunk : Buffer.concat([this.#held, chunk]);
    const end = this.#framing.last(bytes);
    const rest = bytes.subarray(end);
    this.#held = rest.length === 0 ? null : rest;
    const frames = end === 0 ? NOTHING : this.#release(bytes.subarray(0, end));
    if (frames.terminal !== null) return this.#withRest(frames.terminal, frames, rest);
    if (rest.length <= MAX_HELD_BYTES) return frames;
    this.#held = null;
    this.#longTail = rest.subarray(-3);
    return { ...frames, forward: joined(frames.forward, rest) };
  }

  #withRest(terminal: Buffer, frames: Frames, rest: Buffer): Frames {
    this.#held = null;
    return {
      forward: frames.forward,
      terminal: joined(terminal, rest),
      overshoot: frames.overshoot + rest.length,
    };
  }

  /** What is left when the stream ended cleanly: an event without its end. */
  rest(): Frames {
    const held = this.#held;
    this.#held = null;
    return held === null ? NOTHING : this.#release(held);
  }

  /** Whether one of the last events said that the answer is complete (`finish_reason`). */
  saidFinished(): boolean {
    for (const event of eventTexts(Buffer.concat(this.#tail), this.#framing)) {
      const facts = this.#wire.readEvent(event);
      if (facts.finished || facts.last) return true;
    }
    return false;
  }

  #pushLong(chunk: Buffer, before: Buffer): Frames {
    const bytes = Buffer.concat([before, chunk]);
    const end = this.#framing.first(bytes);
    if (end === 0) {
      this.#longTail = bytes.subarray(-3);
      return { ...NOTHING, forward: chunk };
    }
    this.#longTail = null;
    const own = bytes.subarray(before.length, Math.max(end, before.length));
    const after = bytes.subarray(Math.max(end, before.length));
    if (after.length === 0) return { ...NOTHING, forward: own };
    const frames = this.push(after);
    return { ...frames, forward: joined(own, frames.forward) };
  }

  #release(region: Buffer): Frames {
    if (region.length === 0) return NOTHING;
    this.#tail.push(region);
    if (this.#tail.length > KEPT_TAIL_REGIONS) this.#tail.shift();
    const mark = this.#nextMark(region, 0);
    return mark === -1 ? { ...NOTHING, forward: region } : this.#sift(region, mark);
  }

  #sift(region: Buffer, firstMark: number): Frames {
    const forward: Buffer[] = [];
    let start = 0;
    for (const [from, to] of this.#markedEvents(region, firstMark)) {
      const facts = this.#wire.readEvent(region.toString('utf8', from, to));
      this.#error = facts.error ?? this.#error;
      this.#usage = mergedUsage(this.#usage, facts.usage);
      if (facts.last) {
        forward.push(region.subarray(start, from));
        return {
          forward: concatenated(forward),
          terminal: region.subarray(from),
          overshoot: region.length - to,
        };
      }
      if (this.#hideUsage && facts.usageOnly) {
        forward.push(region.subarray(start, from));
        start = to;
      }
    }
    forward.push(region.subarray(start));
    return { ...NOTHING, forward: concatenated(forward) };
  }

  /** The events that hold a mark: only they can end the stream, be an error or tell usage. */
  *#markedEvents(region: Buffer, firstMark: number): Generator<readonly [number, number]> {
    let from = 0;
    for (let mark = firstMark; mark !== -1; mark = this.#nextMark(region, from)) {
      const start = from + this.#framing.last(region.subarray(from, mark));
      const end = this.#framing.first(region, mark);
      from = end === 0 ? region.length : end;
      yield [start, from];
    }
  }

  /** A cheap look at raw bytes: who finds a mark still has to read the event. -1 when there is none. */
  #nextMark(region: Buffer, from: number): number {
    let first = -1;
    for (const mark of this.#wire.marks) {
      const at = region.indexOf(mark, from);
      if (at !== -1 && (first === -1 || at < first)) first = at;
    }
    return first;
  }
}

function concatenated(parts: readonly Buffer[]): Buffer | null {
  const filled = parts.filter((part) => part.length > 0);
  if (filled.length === 0) return null;
  return filled.length === 1 ? (filled[0] ?? null) : Buffer.concat(filled);
}

function joined(first: Buffer | null, second: Buffer | null): Buffer | null {
  return concatenated([first, second].filter((part) => part !== null));
}
