import type { ServerResponse } from 'node:http';

/** Where an answer comes from: can be stopped and held up. */
export interface AnswerSource {
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}

/** Told when the caller's connection holds the answer up, and when it flows again. */
export interface FlowEvents {
  held(): void;
  flowing(): void;
}

/** The caller's side of a call: writes the head once, bytes with back-pressure, and an end. */
export class Caller {
  readonly #response: ServerResponse;
  readonly #flow: FlowEvents;
  #held = false;

  constructor(response: ServerResponse, flow: FlowEvents) {
    this.#response = response;
    this.#flow = flow;
  }

  get headSent(): boolean {
    return this.#response.headersSent;
  }

  /** Whether the connection is gone. */
  get gone(): boolean {
    return this.#response.destroyed || this.#response.socket?.destroyed === true;
  }

  head(status: number, headers: string[]): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, headers);
  }

  flushHead(): void {
    this.#response.flushHeaders();
  }

  write(bytes: Buffer): void {
    if (this.#response.write(bytes) || this.#held) return;
    this.#held = true;
    this.#flow.held();
    this.#response.once('drain', () => {
      this.#held = false;
      this.#flow.flowing();
    });
  }

  end(bytes: Buffer | string | null): void {
    if (bytes === null) this.#response.end();
    else this.#response.end(bytes);
  }

  /** Breaks the connection, so that a cut answer cannot be taken for a whole one. */
  break(): void {
    this.#response.destroy();
  }
}
