import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { MockReply } from './dialect.ts';
import { type dialectOfPath, errorBody, errorEvent } from './other-dialects.ts';

/** What a fault is given: the seen request and the reply a good provider would give. */
export interface Scene {
  readonly response: ServerResponse;
  readonly reply: MockReply;
  /** The part of the model name behind the fault's name: `mock/delay-200` → 200. */
  readonly amount: number;
  readonly dialect: ReturnType<typeof dialectOfPath>;
  /** How many requests named this model before. */
  readonly seenBefore: number;
}

/**
 * Misbehaviour by model name: `mock/<fault>` or `mock/<fault>-<number>`, or by the header `x-mock-fault`.
 * Any other model gets the reply of a good provider.
 */
export const FAULTS: Record<string, (scene: Scene) => Promise<void> | void> = {
  delay: async (scene) => {
    await sleep(scene.amount);
    write(scene);
  },
  stall: ({ response, reply, amount }) => {
    head(response, reply);
    for (const part of parts(reply).slice(0, amount)) response.write(part);
  },
  silent: () => undefined,
  reset: ({ response }) => {
    response.socket?.resetAndDestroy();
  },
  cut: async ({ response, reply, amount }) => {
    head(response, reply);
    for (const part of parts(reply).slice(0, amount)) response.write(part);
    await sleep(20);
    response.socket?.destroy();
  },
  'half-event': async ({ response, reply }) => {
    head(response, reply);
    const [first = '', second = ''] = parts(reply);
    response.write(Buffer.concat([Buffer.from(first), Buffer.from(second).subarray(0, 20)]));
    await sleep(20);
    response.socket?.destroy();
  },
  // The number says how many good parts come first (1 without).
  malformed: ({ response, reply, amount }) => {
    head(response, reply);
    const first = parts(reply)
      .slice(0, amount || 1)
      .join('');
    response.end(`${first}data: {"choices":[{"delta":{"con\n\ndata: [DONE]\n\n`);
  },
  short: async ({ response, reply }) => {
    const body = Buffer.concat(parts(reply).map((part) => Buffer.from(part)));
    response.writeHead(200, { 'content-type': typeOf(reply), 'content-length': body.length + 10 });
    response.write(body);
    await sleep(20);
    response.socket?.destroy();
  },
  'open-end': ({ response, reply, amount }) => {
    head(response, reply);
    response.end(
      Buffer.concat(
        parts(reply)
          .slice(0, amount)
          .map((part) => Buffer.from(part)),
      ),
    );
  },
  'no-done': ({ response, reply }) => {
    head(response, reply);
    response.end(
      Buffer.concat(
        parts(reply)
          .slice(0, -1)
          .map((part) => Buffer.from(part)),
      ),
    );
  },
  'error-event': ({ response, reply, dialect }) => {
    head(response, reply);
    const at = dialect === 'anthropic' ? 3 : 1;
    response.write(
      parts(reply)
        .slice(dialect === 'anthropic' ? 0 : 1, at + 1)
        .join(''),
    );
    response.end(errorEvent(dialect));
  },
  // 200, and the first thing in it is an error.
  'error-first': ({ response, reply, dialect }) => {
    head(response, reply);
    response.end(errorEvent(dialect));
  },
  // 200 and nothing.
  empty: ({ response, reply }) => {
    head(response, reply);
    response.end();
  },
  // 200 and a page for people.
  page: ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>It works!</body></html>');
  },
  // The first n requests for this model fail with 500, then all is well: `recover-2`.
  recover: (scene) => {
    if (scene.seenBefore < scene.amount) error(scene, 500, {});
    else write(scene);
  },
  // Any status: `status-503`.
  status: (scene) => error(scene, scene.amount, {}),
  // 429 that asks for n seconds: `retry-after-1`; n milliseconds: `retry-after-ms-50`.
  'retry-after': (scene) => error(scene, 429, { 'retry-after': String(scene.amount) }),
  'retry-after-ms': (scene) => error(scene, 429, { 'retry-after-ms': String(scene.amount) }),
  redirect: ({ response }) => {
    response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' });
    response.end();
  },
  // 400 that says that the prompt does not fit into the model.
  'too-long': ({ response }) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    const message = 'prompt is too long: 210000 tokens > 200000 maximum';
    const code = 'context_length_exceeded';
    response.end(JSON.stringify({ error: { type: 'invalid_request_error', message, code } }));
  },
  // The connection is reset after n parts.
  'reset-after': async ({ response, reply, amount }) => {
    head(response, reply);
    for (const part of parts(reply).slice(0, amount)) response.write(part);
    await sleep(20);
    response.socket?.resetAndDestroy();
  },
  // An answer whose error is inside of a 200.
  'error-inside': ({ response, dialect }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(errorBody(dialect, 503));
  },
  // JSON that stops in its middle, ended in good order.
  'half-json': ({ response, reply }) => {
    head(response, reply);
    const whole = parts(reply).map(String).join('');
    response.end(whole.slice(0, Math.floor(whole.length / 2)));
  },
  // A head that comes, then nothing.
  'head-only': ({ response, reply }) => {
    head(response, reply);
    response.flushHeaders();
  },
  // 103 before the answer, trailers behind it.
  hints: ({ response, reply }) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    response.setHeader('trailer', 'x-checksum');
    head(response, reply);
    for (const part of parts(reply)) response.write(part);
    response.addTrailers({ 'x-checksum': 'abc' });
    response.end();
  },
  // More headers than any answer has.
  'header-bomb': ({ response, reply, amount }) => {
    for (let at = 0; at < amount; at += 1) response.setHeader(`x-bomb-${at}`, 'y'.repeat(1000));
    write({ response, reply });
  },
  'error-done': ({ response, reply }) => {
    head(response, reply);
    response.write(parts(reply)[1] ?? '');
    response.end('data: {"error":{"message":"overloaded"}}\n\ndata: [DONE]\n\n');
  },
  failed: ({ response, reply }) => {
    head(response, reply);
    const event = { type: 'response.failed', response: { error: { message: 'overloaded' } } };
    response.end(`event: response.failed\ndata: ${JSON.stringify(event)}\n\n`);
  },
  'rate-limit': (scene) => {
    error(scene, 429, { 'retry-after': '7', 'x-ratelimit-remaining-requests': '0' });
  },
  'rate-limit-bare': (scene) => error(scene, 429, {}),
  'bad-key': (scene) => error(scene, 401, {}),
  refuse: (scene) => error(scene, 400, {}),
  fail: (scene) => error(scene, 500, { 'retry-after-ms': '1' }),
  big: ({ response, amount }) => {
    const text = 'x'.repeat(amount * 1024 * 1024);
    const body = Buffer.from(JSON.stringify({ choices: [{ message: { content: text } }] }));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  },
  gzip: (scene) => compressed(scene, 'gzip'),
  br: (scene) => compressed(scene, 'br'),
  split: async ({ response, reply, amount }) => {
    head(response, reply);
    const body = Buffer.concat(parts(reply).map((part) => Buffer.from(part)));
    for (let at = 0; at < body.length; at += amount) {
      response.write(body.subarray(at, at + amount));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  },
  crlf: ({ response, reply }) => {
    head(response, reply);
    response.end(parts(reply).join('').replaceAll('\n', '\r\n'));
  },
  linger: ({ response, reply }) => {
    head(response, reply);
    response.write(parts(reply).join(''));
  },
  paced: async ({ response, reply, amount }) => {
    head(response, reply);
    for (const part of parts(reply)) {
      if (response.destroyed) return;
      response.write(part);
      await sleep(amount);
    }
    response.end();
  },
};

function parts(reply: MockReply): (string | Buffer)[] {
  if (reply.kind === 'events' || reply.kind === 'lines') return [...reply.events];
  return reply.kind === 'json' ? [JSON.stringify(reply.body)] : [reply.bytes];
}

function typeOf(reply: MockReply): string {
  if (reply.kind === 'events') return 'text/event-stream; charset=utf-8';
  if (reply.kind === 'lines') return 'application/x-ndjson';
  return reply.kind === 'json' ? 'application/json' : reply.contentType;
}

function head(response: ServerResponse, reply: MockReply): void {
  response.writeHead(200, {
    'content-type': typeOf(reply),
    'x-request-id': 'req_mock_1',
    'openai-processing-ms': '12',
    'x-ratelimit-limit-requests': '500',
    'x-lqo-interaction-id': 'not ours',
    'set-cookie': 'tracker=1',
  });
}

/** The whole reply of a good provider. */
export function write({ response, reply }: Pick<Scene, 'response' | 'reply'>): void {
  const body = parts(reply);
  if (reply.kind === 'events' || reply.kind === 'lines') {
    head(response, reply);
    for (const part of body) response.write(part);
    response.end();
    return;
  }
  const [whole = ''] = body;
  response.setHeader('content-length', Buffer.byteLength(whole));
  head(response, reply);
  response.end(whole);
}

function error(
  { response, dialect }: Pick<Scene, 'response' | 'dialect'>,
  status: number,
  headers: Record<string, string>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(errorBody(dialect, status));
}

function compressed({ response, reply }: Scene, encoding: 'gzip' | 'br'): void {
  const plain = Buffer.concat(parts(reply).map((part) => Buffer.from(part)));
  const body = encoding === 'gzip' ? gzipSync(plain) : brotliCompressSync(plain);
  response.setHeader('content-encoding', encoding);
  head(response, reply);
  response.end(body);
}
