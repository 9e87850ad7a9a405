import type { DemoAnswer } from '../providers/demo/answer.ts';
import type { AnswerSink } from './attempt.ts';
import type { AnswerSource } from './caller.ts';

/**
 * Plays an answer of the built-in provider into a sink, in its own time: the same path as a real
 * provider's bytes, so time-outs, back-pressure, a caller that leaves and records are the same too.
 */
export function playDemo(answer: DemoAnswer, sink: AnswerSink): void {
  const player = new Player(answer, sink);
  if (sink.connected(player)) player.begin();
}

class Player implements AnswerSource {
  readonly #answer: DemoAnswer;
  readonly #sink: AnswerSink;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;
  #paused = false;
  #aborted = false;
  /** A chunk whose time came while the caller held the answer up. */
  #due = false;

  constructor(answer: DemoAnswer, sink: AnswerSink) {
    this.#answer = answer;
    this.#sink = sink;
  }

  /** The head goes out with the first chunk, as from a provider that begins to answer when it knows how. */
  begin(): void {
    this.#schedule();
  }

  abort(): void {
    this.#aborted = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    if (this.#due) this.#play();
  }

  #schedule(): void {
    const delayMs = this.#answer.chunks[this.#next]?.delayMs ?? 0;
    if (delayMs > 0) this.#timer = setTimeout(() => this.#play(), delayMs);
    else this.#play();
  }

  #play(): void {
    if (this.#aborted) return;
    this.#due = this.#paused;
    if (this.#paused) return;
    if (this.#next === 0) this.#sink.head(this.#answer.status, this.#answer.headers);
    const chunk = this.#answer.chunks[this.#next];
    this.#next += 1;
    if (chunk !== undefined) this.#sink.data(Buffer.from(chunk.text));
    if (this.#next < this.#answer.chunks.length) this.#schedule();
    else if (this.#answer.ending === 'clean') this.#sink.end();
    else this.#sink.broke(new Error('The demo provider broke off its answer, as asked.'));
  }
}
