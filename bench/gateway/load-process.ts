import { connect, type Socket } from 'node:net';
import type { LoadOrder, LoadResult } from './load.ts';

/**
 * The load generator: raw sockets, prepared bytes, and only as much reading as it takes to find the end of
 * an answer, so that it is not what is measured. Latencies count from the intended start.
 */
class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  #done: ((answer: { status: number; firstAt: number }) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;
  #received: Buffer = Buffer.alloc(0);
  #firstAt = 0;

  constructor(order: LoadOrder, request: Buffer) {
    this.#request = request;
    this.#socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#fail?.(error));
    this.#socket.on('close', () => this.#fail?.(new Error('closed')));
  }

  send(): Promise<{ status: number; firstAt: number }> {
    this.#received = Buffer.alloc(0);
    this.#firstAt = 0;
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#fail = reject;
      this.#socket.write(this.#request);
    });
  }

  close(): void {
    this.#fail = null;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = this.#received.indexOf('\r\n\r\n');
    if (head === -1) return;
    const body = head + 4;
    if (this.#firstAt === 0 && this.#received.length > body) this.#firstAt = performance.now();
    if (!this.#complete(head, body)) return;
    const status = Number(this.#received.toString('latin1', 9, 12));
    this.#fail = null;
    this.#done?.({ status, firstAt: this.#firstAt });
  }

  #complete(head: number, body: number): boolean {
    const headers = this.#received.toString('latin1', 0, head).toLowerCase();
    const length = /\r\ncontent-length: (\d+)/.exec(headers)?.[1];
    if (length !== undefined) return this.#received.length >= body + Number(length);
    return this.#received.subarray(-7).toString('latin1') === '\r\n0\r\n\r\n';
  }
}

function requestBytes({ path, headers, body }: LoadOrder): Buffer {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

class Run {
  readonly #order: LoadOrder;
  readonly #request: Buffer;
  readonly #idle: Connection[] = [];
  readonly latencies: number[] = [];
  readonly firsts: number[] = [];
  errors = 0;

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#request = requestBytes(order);
  }

  async once(intendedAt: number): Promise<void> {
    const connection = this.#idle.pop() ?? new Connection(this.#order, this.#request);
    try {
      const { status, firstAt } = await connection.send();
      if (status !== 200) this.errors += 1;
      this.latencies.push(performance.now() - intendedAt);
      this.firsts.push(firstAt - intendedAt);
      this.#idle.push(connection);
    } catch {
      this.errors += 1;
      connection.close();
    }
  }

  close(): void {
    for (const connection of this.#idle) connection.close();
  }
}

/** So many callers that each send the next request when the last is answered. */
async function closedLoop(order: LoadOrder, run: Run): Promise<void> {
  const until = performance.now() + order.seconds * 1000;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) await run.once(performance.now());
  };
  await Promise.all(Array.from({ length: order.concurrency ?? 1 }, caller));
}

/** Requests at fixed times, whether the last is answered or not. */
async function openLoop(order: LoadOrder, run: Run): Promise<void> {
  const rate = order.rate ?? 1;
  const total = rate * order.seconds;
  const begin = performance.now();
  const pending: Promise<void>[] = [];
  await new Promise<void>((resolve) => {
    let sent = 0;
    const tick = (): void => {
      const due = Math.min(total, Math.floor(((performance.now() - begin) * rate) / 1000));
      // A request is due when its interval is over, the first one too.
      for (; sent < due; sent += 1) pending.push(run.once(begin + ((sent + 1) * 1000) / rate));
      if (sent < total) setTimeout(tick, 1);
      else resolve();
    };
    tick();
  });
  await Promise.all(pending);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

async function load(order: LoadOrder): Promise<LoadResult> {
  const run = new Run(order);
  const begin = performance.now();
  await (order.rate === undefined ? closedLoop(order, run) : openLoop(order, run));
  const seconds = (performance.now() - begin) / 1000;
  run.close();
  const latencies = run.latencies.sort((a, b) => a - b);
  const firsts = run.firsts.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    errors: run.errors,
    seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    firstP50Ms: quantile(firsts, 0.5),
    firstP99Ms: quantile(firsts, 0.99),
  };
}

process.on('message', (order: LoadOrder) => {
  void load(order).then((result) => process.send?.(result));
});
process.send?.({ ready: true });
