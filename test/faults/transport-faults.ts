import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, createGzip, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { event, streamEvents, streamHead, wholeAnswer } from './good-answer.ts';
import type { Fault } from './scene.ts';

/** Writes to the connection itself, below HTTP; the answer is then this function's own. */
function raw(response: ServerResponse, text: string): void {
  response.socket?.write(text);
}

function compressed(encoding: string, compress: (bytes: Buffer) => Buffer): Fault {
  return ({ response, seen, streams }) => {
    seen.action = `200 ${encoding}`;
    const text = streams ? streamEvents(seen.model).join('') : wholeAnswer(seen.model);
    const type = streams ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'content-encoding': encoding });
    response.end(compress(Buffer.from(text)));
  };
}

/** Misbehaviour below the API: HTTP, TCP, encodings. */
export const TRANSPORT_FAULTS: Readonly<Record<string, Fault>> = {
  't-early-hints': async (scene) => {
    scene.seen.action = '102, 103, then 200';
    scene.response.writeProcessing();
    scene.response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    await sleep(20);
    await scene.answer();
  },
  't-many-1xx': async (scene) => {
    scene.seen.action = '200 times 102, then 200';
    for (let count = 0; count < 200; count += 1) scene.response.writeProcessing();
    await scene.answer();
  },
  't-upgrade': ({ response, seen }) => {
    seen.action = '101';
    raw(response, 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
  },
  't-trailers': async ({ response, seen, streams }) => {
    seen.action = '200 with trailers';
    const type = streams ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, trailer: 'x-checksum' });
    for (const part of streams ? streamEvents(seen.model) : [wholeAnswer(seen.model)]) {
      response.write(part);
      await sleep(1);
    }
    response.addTrailers({ 'x-checksum': 'abc', 'x-lqo-provider': 'forged' });
    response.end();
  },
  't-header-bomb': ({ response, seen }) => {
    seen.action = '200 with 1 MB of headers';
    const lines = Array.from(
      { length: 64 },
      (_, index) => `x-bomb-${index}: ${'b'.repeat(16_384)}`,
    );
    raw(response, `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n\r\n`);
  },
  't-many-headers': ({ response, seen }) => {
    seen.action = '200 with 5,000 headers';
    const lines = Array.from({ length: 5000 }, (_, index) => `x-${index}: b`);
    const body = wholeAnswer(seen.model);
    const length = `content-length: ${Buffer.byteLength(body)}`;
    raw(response, `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}\r\n${length}\r\n\r\n${body}`);
  },
  't-not-http': ({ response, seen }) => {
    seen.action = 'no HTTP';
    raw(response, 'SSH-2.0-OpenSSH_9.9\r\n');
  },
  't-two-lengths': ({ response, seen }) => {
    seen.action = 'two content-lengths';
    raw(
      response,
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\ncontent-length: 20\r\n\r\n{}',
    );
  },
  't-bad-chunk': async ({ response, seen }) => {
    seen.action = 'broken chunked encoding';
    raw(
      response,
      'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    await sleep(10);
    raw(response, 'ZZZ\r\nnot a chunk\r\n');
  },
  't-slow-head': async ({ response, seen }) => {
    seen.action = 'a head of one byte at a time';
    for (const byte of `HTTP/1.1 200 OK\r\nx-slow: ${'z'.repeat(10_000)}\r\n\r\n`) {
      if (response.socket === null || response.socket.destroyed) return;
      raw(response, byte);
      await sleep(100, null, { ref: false });
    }
  },
  't-slow-body': async ({ response, seen }) => {
    seen.action = 'content that never ends';
    streamHead(response);
    while (!response.destroyed) {
      response.write(event(seen.model, { content: 'x' }));
      await sleep(100, null, { ref: false });
    }
  },
  't-keep-alive-only': async ({ response, seen }) => {
    seen.action = 'comments, never content';
    streamHead(response);
    while (!response.destroyed) {
      response.write(': still thinking\n\n');
      await sleep(100, null, { ref: false });
    }
  },
  't-gzip': compressed('gzip', gzipSync),
  't-br': compressed('br', brotliCompressSync),
  't-zstd': compressed('zstd', zstdCompressSync),
  't-deflate': compressed('deflate', deflateSync),
  't-false-gzip': compressed('gzip', (bytes) => bytes),
  't-gzip-cut': compressed('gzip', (bytes) => gzipSync(bytes).subarray(0, -20)),
  't-bomb': ({ response, seen }) => {
    seen.action = '200 MB in 200 KB';
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    const gzip = createGzip();
    gzip.on('error', () => undefined).pipe(response);
    response.once('close', () => gzip.destroy());
    const block = Buffer.alloc(1024 * 1024, 0x20);
    let left = 200;
    const feed = (): void => {
      while (left > 0 && !gzip.destroyed) {
        left -= 1;
        if (!gzip.write(block)) {
          gzip.once('drain', feed);
          return;
        }
      }
      if (!gzip.destroyed) gzip.end();
    };
    gzip.write('{"choices":[');
    feed();
  },
  't-slow': async (scene) => {
    scene.seen.action = '200 after a while';
    await sleep(300);
    await scene.answer();
  },
  't-ignores-abort': async ({ response, seen }) => {
    seen.action = 'talks on whoever listens';
    streamHead(response);
    // What is written after the other side closed goes nowhere; the loop does not care.
    for (let count = 0; count < 100; count += 1) {
      if (!response.destroyed) response.write(event(seen.model, { content: 'x'.repeat(1000) }));
      await sleep(20, null, { ref: false });
    }
    seen.action = 'talked to the end';
  },
  't-redirect': ({ request, response, seen }) => {
    seen.action = '307';
    // To this very provider, as another model: were it followed, the log would tell.
    const { host = '' } = request.headers;
    response.writeHead(307, { location: `http://${host}/v1/redirected` });
    response.end();
  },
  't-html': ({ response, seen }) => {
    seen.action = '200 with a web page';
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html><body>It works!</body></html>');
  },
  't-empty': ({ response, seen }) => {
    seen.action = '200 without a body';
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 0 });
    response.end();
  },
};
