import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Json, type MockReply, replyTo } from './dialect.ts';

/** A request as it reached the mock provider. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: Json;
  /** Resolves when the connection of this request closed before the answer was whole. */
  readonly aborted: Promise<void>;
}

export interface MockUpstream {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

/** What a fault is given: the seen request and the reply a good provider would give. */
interface Scene {
  readonly response: ServerResponse;
  readonly reply: MockReply;
  /** The part of the model name behind the fault's name: `mock/delay-200` → 200. */
  readonly amount: number;
}

/**
 * Misbehaviour by model name: `mock/<fault>` or `mock/<fault>-<number>`, or by the header `x-mock-fault`.
 * Any other model gets the reply of a good provider.
 */
const FAULTS: Record<string, (scene: Scene) => Promise<void> | void> = {
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
  malformed: ({ response, reply }) => {
    head(response, reply);
    const [first = ''] = parts(reply);
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
  'error-event': ({ response, reply }) => {
    head(response, reply);
    response.write(parts(reply)[1] ?? '');
    response.end('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
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
  'rate-limit': ({ response }) => {
    error(response, 429, { 'retry-after': '7', 'x-ratelimit-remaining-requests': '0' });
  },
  'rate-limit-bare': ({ response }) => error(response, 429, {}),
  'bad-key': ({ response }) => error(response, 401, {}),
  refuse: ({ response }) => error(response, 400, {}),
  fail: ({ response }) => error(response, 500, { 'retry-after-ms': '1' }),
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

/** A provider on a free port of loopback that can be good, and bad on demand. */
export async function startMockUpstream(): Promise<MockUpstream> {
  const requests: SeenRequest[] = [];
  const server = createServer((request, response) => {
    void answer(request, response, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  requests: SeenRequest[],
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return;
  }
  const body = Buffer.concat(chunks);
  const json = parsed(body);
  const { method = '', url = '', headers } = request;
  const aborted = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve();
    });
  });
  requests.push({ method, url, headers, body, json, aborted });
  const path = url.replace(/^\/v1/, '').split('?', 1)[0] ?? '';
  const reply = replyTo(path, json);
  const [, fault, amount] = faultOf(json, headers['x-mock-fault']) ?? [];
  const misbehave = fault === undefined ? undefined : FAULTS[fault];
  const scene = { response, reply, amount: Number(amount ?? 0) };
  if (misbehave === undefined) write(scene);
  else await misbehave(scene);
}

function faultOf(json: Json, header: string | string[] | undefined): RegExpExecArray | null {
  const name = typeof header === 'string' ? `mock/${header}` : String(json['model'] ?? '');
  return /^mock\/([a-z-]+?)(?:-(\d+))?$/.exec(name);
}

function parsed(body: Buffer): Json {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return {};
  }
}

function parts(reply: MockReply): (string | Buffer)[] {
  if (reply.kind === 'events') return [...reply.events];
  return reply.kind === 'json' ? [JSON.stringify(reply.body)] : [reply.bytes];
}

function typeOf(reply: MockReply): string {
  if (reply.kind === 'events') return 'text/event-stream; charset=utf-8';
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

function write({ response, reply }: Scene): void {
  const body = parts(reply);
  if (reply.kind === 'events') {
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

function error(response: ServerResponse, status: number, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(`{"error": {"message": "mock ${status}", "type": "mock_error", "code": "mock"}}`);
}

function compressed({ response, reply }: Scene, encoding: 'gzip' | 'br'): void {
  const plain = Buffer.concat(parts(reply).map((part) => Buffer.from(part)));
  const body = encoding === 'gzip' ? gzipSync(plain) : brotliCompressSync(plain);
  response.setHeader('content-encoding', encoding);
  head(response, reply);
  response.end(body);
}
