import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Timing } from './timing.ts';

/** One try as the provider saw it. */
export interface SeenTry {
  /** Which scenario it belongs to: the caller's `user`. */
  readonly scenario: string;
  readonly model: string;
  /** Milliseconds since the provider started. */
  readonly atMs: number;
  /** How many tries of this scenario came for this model, this one included. */
  readonly number: number;
  readonly lastRole: string;
  readonly headers: IncomingMessage['headers'];
  /** What was done to it. */
  action: string;
  /** True once the connection closed before the answer was whole. */
  aborted: boolean;
}

/** What a fault has in hand. */
export interface Scene {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly seen: SeenTry;
  readonly streams: boolean;
  readonly timing: Timing;
  /** Whether the outage of the models that flap is over. */
  readonly recovered: boolean;
  /** Answers as a healthy model. */
  answer(): Promise<void>;
}

export type Fault = (scene: Scene) => Promise<void> | void;

/** An error in OpenAI's shape. */
export function sendError(
  response: ServerResponse,
  {
    status,
    code,
    headers = {},
  }: { status: number; code?: string; headers?: Record<string, string> },
): void {
  const error = {
    message: `Told to fail: ${code ?? status}.`,
    type: 'error',
    param: null,
    code: code ?? null,
  };
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
}
