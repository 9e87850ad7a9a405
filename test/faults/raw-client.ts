import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  send(text: string): void;
  /** Everything that came so far. */
  text(): string;
  /** Resolves with everything once it matches, or once the connection closed. Rejects after `maxMs`. */
  until(pattern: RegExp, maxMs?: number): Promise<string>;
  /** Resolves when the other side closed. */
  readonly closed: Promise<void>;
}

/** A connection that says exactly what it is told to, right or wrong. */
export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    socket,
    send: (bytes) => socket.write(bytes, 'latin1'),
    text: () => text,
    closed,
    async until(pattern, maxMs = 10_000) {
      const deadline = performance.now() + maxMs;
      while (!pattern.test(text) && !socket.destroyed) {
        if (performance.now() > deadline) throw new Error(`Nothing like ${pattern} in: ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return text;
    },
  };
}

export interface RawCall {
  readonly key: string;
  readonly body: object;
  readonly headers?: readonly string[];
}

/** A chat completion as bytes of HTTP/1.1. */
export function rawCall({ key, body, headers = [] }: RawCall): string {
  const text = JSON.stringify(body);
  return [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    `authorization: Bearer ${key}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...headers,
    '',
    text,
  ].join('\r\n');
}
