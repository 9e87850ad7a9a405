import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.ts';
import type { Upstream } from './upstream.ts';

/** A request as it goes out. */
export interface OutgoingRequest {
  readonly method: string;
  /** Below the provider's base path, with its query; begins with a slash. */
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

/** Sends the request; everything that comes back goes to the exchange. Never throws. */
export function forward(upstream: Upstream, request: OutgoingRequest, exchange: Exchange): void {
  upstream.pool.dispatch(
    {
      method: request.method,
      path: upstream.basePath + request.path,
      headers: request.headers,
      body: request.body,
    },
    new UpstreamHandler(exchange),
  );
}

class UpstreamHandler implements Dispatcher.DispatchHandler {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#exchange.connected(controller)) controller.abort(new Error('The call is over.'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.#exchange.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#exchange.data(chunk);
  }

  onResponseEnd(): void {
    this.#exchange.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#exchange.broke(error);
  }
}
