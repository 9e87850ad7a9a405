import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';

let server: TestApp;
let port: number;
let hang: { promise: Promise<void>; resolve: () => void };

beforeAll(async () => {
  hang = Promise.withResolvers<void>();
  server = await testApp({
    routes(app) {
      app.get('/v1/never', { config: { scope: 'gateway' } }, (_request, reply) => {
        reply.hijack();
        hang.resolve();
      });
      app.get('/v1/half', { config: { scope: 'gateway' } }, (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
        reply.raw.write('data: first\n\n');
      });
    },
  });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const address = server.app.server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  port = address.port;
});
afterAll(() => server.close());

async function dial(request: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  return socket;
}

const get = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${server.a.key}\r\n\r\n`;

const metric = async (line: string): Promise<boolean> =>
  (await server.deps.metrics.registry.metrics()).includes(line);

describe('a caller who leaves', () => {
  it('before the answer is counted as 499, and no longer as active', async () => {
    const socket = await dial(get('/v1/never'));
    await hang.promise;
    expect(await metric('llm_gateway_active_requests 1')).toBe(true);
    socket.destroy();
    const line = 'http_requests_total{method="GET",endpoint="/v1/never",status="499"} 1';
    await expect.poll(() => metric(line), { timeout: 10_000 }).toBe(true);
    expect(await metric('llm_gateway_active_requests 0')).toBe(true);
  });

  it('in the middle of an answer is counted with its status', async () => {
    const socket = await dial(get('/v1/half'));
    await once(socket, 'data');
    socket.destroy();
    const line = 'http_requests_total{method="GET",endpoint="/v1/half",status="200"} 1';
    await expect.poll(() => metric(line), { timeout: 10_000 }).toBe(true);
  });
});

describe('bytes that are no request', () => {
  const answer = async (request: string): Promise<string> => text(await dial(request));

  it('are answered in our words', async () => {
    const reply = await answer('HELLO\r\n\r\n');
    expect(reply).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: { code: 'invalid_request', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });

  it('with more headers than allowed get 431, and large ones that are allowed pass', async () => {
    const header = (bytes: number): string =>
      `GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\nx-lqo-context: ${'A'.repeat(bytes)}\r\n\r\n`;
    expect(await answer(header(200_000))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await answer(header(100_000))).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('that smuggle a second request in a body of two lengths are refused', async () => {
    const reply = await answer(
      'POST /v1/half HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n',
    );
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
    expect(reply).not.toContain('"status":"ok"');
  });
});

describe('a server that closes', () => {
  it('ends idle connections and finishes', async () => {
    const closing = await testApp({ database: server.database });
    await closing.app.listen({ host: '127.0.0.1', port: 0 });
    const address = closing.app.server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const socket = connect(address.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    await once(socket, 'data');
    const ended = once(socket, 'close');
    socket.resume();
    await closing.app.close();
    await ended;
  });
});
