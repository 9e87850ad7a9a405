import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

/** The least a Node proxy can do: `node:http` in, undici `dispatch` out, nothing read, nothing kept. */
const pool = new Pool(process.argv[2] ?? '', {
  connections: 512,
  headersTimeout: 0,
  bodyTimeout: 0,
});

function answerTo(response: ServerResponse): Dispatcher.DispatchHandler {
  return {
    onRequestStart: () => undefined,
    onResponseStart(_controller, status: number, headers: IncomingHttpHeaders) {
      const {
        connection: _,
        'keep-alive': _k,
        'transfer-encoding': _t,
        date: _d,
        ...own
      } = headers;
      response.writeHead(status, own);
    },
    onResponseData(controller, chunk) {
      if (response.write(chunk)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd: () => response.end(),
    onResponseError: () => response.destroy(),
  };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { host: _, connection: _c, 'content-length': _l, ...headers } = request.headers;
    pool.dispatch(
      {
        method: request.method ?? 'POST',
        path: request.url ?? '/',
        headers: { ...headers, authorization: 'Bearer sk-provider' },
        body: chunks.length === 1 ? (chunks[0] ?? null) : Buffer.concat(chunks),
      },
      answerTo(response),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
