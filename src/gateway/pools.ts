import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { AppError } from '../core/errors.ts';
import type { UpstreamProvider } from '../routing/router.ts';
import type { AnswerSink } from './attempt.ts';
import type { PreparedRequest } from './prepare-request.ts';
import { joinedPath } from './target-path.ts';

export interface PoolsOptions {
  /** Connections to one provider. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** Resolves names for connections and refuses forbidden addresses; null takes the system's resolver. */
  readonly guardedLookup: ((rules: { allowLinkLocal: boolean }) => LookupFunction) | null;
}

/** Our own timer answers the caller; undici's comes a little later and cleans the socket up. */
const CONNECT_GRACE_MS = 1000;
/** A pool that nobody used for so long belongs to a provider that was changed or removed. */
const UNUSED_MS = 10 * 60_000;
const SWEEP_MS = 60_000;

interface Line {
  readonly pool: Pool;
  readonly basePath: string;
  calls: number;
  usedAt: number;
}

/**
 * Connections to providers: one pool for each origin and credential, made when first needed and closed when
 * unused. Redirects are never followed. Calls beyond the connections wait, as long as the connect time-out
 * allows it; when as many wait as are served, a further one is refused.
 */
export class Pools {
  readonly #options: PoolsOptions;
  readonly #lines = new Map<string, Line>();
  /** Providers are replaced as a whole when anything about them changes. */
  readonly #known = new WeakMap<UpstreamProvider, Line>();
  readonly #sweep: NodeJS.Timeout;

  constructor(options: PoolsOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#closeUnused(), SWEEP_MS).unref();
  }

  /** How many pools are open. */
  get size(): number {
    return this.#lines.size;
  }

  /** Sends a request; everything that comes back goes to the sink. Never throws. */
  send(provider: UpstreamProvider, request: PreparedRequest, sink: AnswerSink): void {
    const line = this.#lineOf(provider);
    if (line.calls >= this.#options.connections * 2) {
      sink.broke(
        new AppError(
          'no_target_available',
          `All ${this.#options.connections} connections to the provider ${provider.name} are busy and as many calls wait (UPSTREAM_CONNECTIONS).`,
        ),
      );
      return;
    }
    line.calls += 1;
    line.usedAt = performance.now();
    const { method, headers, body } = request;
    const path = joinedPath(line.basePath, request.path);
    line.pool.dispatch({ method, path, headers, body }, new Handler(sink, line));
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    await Promise.all([...this.#lines.values()].map(({ pool }) => pool.destroy()));
  }

  #lineOf(provider: UpstreamProvider): Line {
    const known = this.#known.get(provider);
    if (known !== undefined && !known.pool.destroyed) return known;
    const key = keyOf(provider);
    const line = this.#lines.get(key) ?? this.#open(provider);
    this.#lines.set(key, line);
    this.#known.set(provider, line);
    return line;
  }

  #open({ baseUrl, allowLinkLocal }: UpstreamProvider): Line {
    const { connections, connectTimeoutMs, guardedLookup } = this.#options;
    const lookup = guardedLookup?.({ allowLinkLocal });
    const pool = new Pool(baseUrl.origin, {
      connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
      connect: guardedConnect(connectTimeoutMs + CONNECT_GRACE_MS, lookup ?? null),
    });
    return { pool, basePath: baseUrl.pathname.replace(/\/+$/, ''), calls: 0, usedAt: 0 };
  }

  #closeUnused(): void {
    const before = performance.now() - UNUSED_MS;
    for (const [key, line] of this.#lines) {
      if (line.calls > 0 || line.usedAt > before) continue;
      this.#lines.delete(key);
      void line.pool.destroy();
    }
  }
}

/** Literal addresses are never looked up by the system, so they are shown to the guard here. */
function guardedConnect(
  timeout: number,
  lookup: LookupFunction | null,
): buildConnector.connector | buildConnector.BuildOptions {
  if (lookup === null) return { timeout };
  const connect = buildConnector({ timeout, lookup });
  return (options, callback) => {
    const host = options.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) === 0) connect(options, callback);
    else {
      lookup(host, { all: true }, (error) => {
        if (error === null) connect(options, callback);
        else callback(error, null);
      });
    }
  };
}

/** Two providers share connections only if nothing tells them apart on the wire. */
function keyOf({ baseUrl, credentialHeaders, allowLinkLocal }: UpstreamProvider): string {
  const credential = createHash('sha256').update(JSON.stringify(credentialHeaders)).digest('hex');
  return `${baseUrl.origin}${baseUrl.pathname} ${allowLinkLocal} ${credential}`;
}

class Handler implements Dispatcher.DispatchHandler {
  readonly #sink: AnswerSink;
  readonly #line: Line;

  constructor(sink: AnswerSink, line: Line) {
    this.#sink = sink;
    this.#line = line;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#sink.connected(controller)) controller.abort(new Error('The call is over.'));
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status >= 200) this.#sink.head(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#sink.data(chunk);
  }

  onResponseEnd(): void {
    this.#line.calls -= 1;
    this.#sink.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#line.calls -= 1;
    this.#sink.broke(error);
  }
}
