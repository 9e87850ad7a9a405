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

/** The caller's side of a call: takes the head once, bytes with back-pressure, and an end. */
export interface Caller {
  readonly headSent: boolean;
  /** Whether the connection is gone. */
  readonly gone: boolean;
  head(status: number, headers: string[]): void;
  write(bytes: Buffer): void;
  end(bytes: Buffer | string | null): void;
  /** Breaks the connection, so that a cut answer cannot be taken for a whole one. */
  break(): void;
}

/** A caller behind an HTTP connection. */
export class HttpCaller implements Caller {
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

  get gone(): boolean {
    return this.#response.destroyed || this.#response.socket?.destroyed === true;
  }

  head(status: number, headers: string[]): void {
    if (!this.#response.headersSent) this.#response.writeHead(status, headers);
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

  break(): void {
    this.#response.destroy();
  }
}

/** Nobody: a shadow call is answered, recorded and never shown. */
export class NoCaller implements Caller {
  headSent = false;
  readonly gone = false;

  head(): void {
    this.headSent = true;
  }

  write(): void {
    // Nobody listens.
  }

  end(): void {
    this.headSent = true;
  }

  break(): void {
    this.headSent = true;
  }
}
