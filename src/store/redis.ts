import { hash } from 'node:crypto';
import type { RedisClientType } from '@redis/client';
import type { Clock } from '../core/clock.ts';
import { ConfigError } from '../core/config.ts';
import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly text: string;
  /** SHA-1 of the text, by which Redis knows it. */
  readonly sha: string;
}

/**
 * What limits and cache need of Redis. Every call is short-lived: it rejects at once while the server is
 * away, and after a deadline when it does not answer. Whoever calls goes on without it, and says so in the log.
 */
export interface Redis {
  /** False while it would be of no use to ask: not connected, or a moment after it did not answer in time. */
  readonly available: boolean;
  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown>;
  read(key: string): Promise<Buffer | null>;
  write(key: string, value: Buffer, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}

export interface RedisOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Longest wait for an answer in milliseconds; the gateway's callers wait as long. */
  readonly deadlineMs?: number;
}

type Client = RedisClientType;

const DEADLINE_MS = 100;
/** After a missed deadline nobody asks for this long, so that callers do not wait in turn. */
const REST_MS = 1000;
const LOG_EVERY_MS = 60_000;
const MAX_QUEUE = 10_000;
const MAX_RECONNECT_MS = 2000;

/** A script by its text. */
export function redisScript(text: string): RedisScript {
  return { text, sha: hash('sha1', text) };
}

/**
 * Opens a connection in the background and keeps it; the client is loaded only here, so without `REDIS_URL`
 * nobody pays for it. Throws ConfigError for a URL that is none of Redis.
 */
export function openRedis(options: RedisOptions): Redis {
  if (!/^rediss?:\/\//.test(options.url) || !URL.canParse(options.url)) {
    throw new ConfigError('REDIS_URL has to be redis://host:port or rediss://host:port.');
  }
  return new Connection(options);
}

class Connection implements Redis {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #deadlineMs: number;
  /** Scripts that the server has been told on this connection. */
  readonly #known = new Set<string>();
  #client: Client | null = null;
  #closed = false;
  #restsUntil = 0;
  #loggedAt = Number.NEGATIVE_INFINITY;

  constructor({ url, clock, log, deadlineMs = DEADLINE_MS }: RedisOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#deadlineMs = deadlineMs;
    void this.#open(url).catch((thrown: unknown) => this.#complain(thrown));
  }

  get available(): boolean {
    return this.#client?.isReady === true && this.#clock.monotonic() >= this.#restsUntil;
  }

  async run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    if (!this.#known.has(script.sha)) {
      // Sent whole once a connection: calls in a row stay in their order.
      this.#known.add(script.sha);
      return await this.#send(['EVAL', script.text, ...rest]);
    }
    try {
      return await this.#send(['EVALSHA', script.sha, ...rest]);
    } catch (thrown) {
      if (!asError(thrown).message.startsWith('NOSCRIPT')) throw thrown;
      return await this.#send(['EVAL', script.text, ...rest]);
    }
  }

  async read(key: string): Promise<Buffer | null> {
    const value = await this.#send(['GET', key]);
    return Buffer.isBuffer(value) ? value : null;
  }

  async write(key: string, value: Buffer, ttlMs: number): Promise<void> {
    await this.#send(['SET', key, value, 'PX', String(Math.max(1, Math.round(ttlMs)))]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#client?.isOpen === true) this.#client.destroy();
  }

  async #open(url: string): Promise<void> {
    const { createClient } = await import('@redis/client');
    if (this.#closed) return;
    const client = createClient({
      url,
      // Waiting callers must not pile up behind a server that is away.
      disableOfflineQueue: true,
      commandsQueueMaxLength: MAX_QUEUE,
      maintNotifications: 'disabled',
      // A connection that died without a word is found by its silence.
      pingInterval: 5000,
      socket: {
        connectTimeout: 2000,
        socketTimeout: 15_000,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** Math.min(retries, 10), MAX_RECONNECT_MS),
      },
    });
    client.on('error', (error: unknown) => this.#complain(error));
    client.on('ready', () => {
      this.#known.clear();
      this.#log.info('redis: connected');
    });
    this.#client = client;
    await client.connect();
  }

  async #send(command: (string | Buffer)[]): Promise<unknown> {
    const client = this.#client;
    if (client === null || !this.available) throw new Error('Redis is away.');
    const { promise, reject } = Promise.withResolvers<never>();
    let answered = false;
    const giveUp = (): void => {
      if (answered) return;
      this.#restsUntil = this.#clock.monotonic() + REST_MS;
      reject(new Error(`Redis did not answer within ${this.#deadlineMs} ms.`));
    };
    // When it was this process that stood still, the answer lies in the socket: it is read first.
    const timer = setTimeout(() => setImmediate(giveUp), this.#deadlineMs);
    try {
      const answer = client.sendCommand(command, { typeMapping: BYTES });
      return await Promise.race([answer, promise]);
    } finally {
      answered = true;
      clearTimeout(timer);
    }
  }

  #complain(thrown: unknown): void {
    if (this.#closed) return;
    const now = this.#clock.monotonic();
    if (now - this.#loggedAt < LOG_EVERY_MS) return;
    this.#loggedAt = now;
    this.#log.warn({ err: asError(thrown) }, 'redis: no connection');
  }
}

/** RESP type 36 (`$`, blob string) arrives as bytes: answers are not text. */
const BYTES = { 36: Buffer } as const;
