import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testStore } from '../support/database.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';

const MESSAGES = 40;
let data: DataFolder;
let databaseUrl = '';

/** What the webhook got, in order; `answered` once the sender could read our answer. */
interface Arrival {
  readonly id: string;
  readonly text: string;
  answered: boolean;
}
const arrivals: Arrival[] = [];
/** Decides about a request; a test that returns without answering leaves the sender waiting. */
let onRequest: (arrival: Arrival, reply: ServerResponse) => void;

function accept(arrival: Arrival, reply: ServerResponse): void {
  arrival.answered = true;
  reply.writeHead(200).end('ok');
}

const receiver = createServer((request, reply) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk;
  });
  request.on('end', () => {
    const [text = ''] = /s\d \d+/.exec(body) ?? [];
    const arrival = { id: String(request.headers['x-lqo-message-id']), text, answered: false };
    arrivals.push(arrival);
    onRequest(arrival, reply);
  });
});

beforeAll(async () => {
  data = dataFolder();
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore({ migrated: false })).target();
    if (target.kind === 'postgres') databaseUrl = target.url;
  }
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
});
afterAll(() => {
  receiver.closeAllConnections();
  receiver.close();
  data.remove();
});

function start(put: number): ChildProcess {
  const { port } = receiver.address() as AddressInfo;
  return fork(join(import.meta.dirname, 'alerting-process.ts'), {
    env: {
      PATH: process.env['PATH'],
      DATA_DIR: data.path,
      DATABASE_URL: databaseUrl,
      RECEIVER_URL: `http://127.0.0.1:${port}/hook`,
      PUT: String(put),
      TEST_LOG: process.env['TEST_LOG'],
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Kills the process while the receiver holds its request in hand. */
async function killInTheMiddle(child: ChildProcess, after: number): Promise<void> {
  const begun = arrivals.length;
  await new Promise<void>((resolve) => {
    onRequest = (arrival, reply) => {
      if (arrivals.length - begun < after) accept(arrival, reply);
      else {
        child.kill('SIGKILL');
        resolve();
      }
    };
  });
  await exited(child);
}

describe('given programs that are killed while they deliver, and a receiver that is away', () => {
  it('delivers every message in order, and again only what was never answered', {
    timeout: 400_000,
  }, async () => {
    await killInTheMiddle(start(MESSAGES), 12);
    await killInTheMiddle(start(0), 9);
    // The third finds the receiver broken for a while, and is killed in that, too.
    const third = start(0);
    await new Promise<void>((resolve) => {
      let refused = 0;
      onRequest = (_arrival, reply) => {
        reply.writeHead(503).end();
        refused += 1;
        if (refused === 2) resolve();
      };
    });
    third.kill('SIGKILL');
    await exited(third);
    const answered = new Set(arrivals.filter((one) => one.answered).map(({ text }) => text));
    const all = new Promise<void>((resolve) => {
      onRequest = (arrival, reply) => {
        accept(arrival, reply);
        answered.add(arrival.text);
        if (answered.size === MESSAGES) resolve();
      };
    });
    const last = start(0);
    await all;
    last.send('stop');
    await exited(last);

    const taken = arrivals.filter((one) => one.answered);
    expect(taken).toHaveLength(MESSAGES);
    for (let sequence = 0; sequence < 4; sequence += 1) {
      const numbers = taken
        .filter(({ text }) => text.startsWith(`s${sequence} `))
        .map(({ text }) => Number(text.slice(3)));
      expect(numbers).toEqual(Array.from({ length: MESSAGES / 4 }, (_, at) => at));
    }
    // Every try of one message carries its id.
    const ids = Map.groupBy(arrivals, ({ text }) => text);
    for (const some of ids.values()) expect(new Set(some.map(({ id }) => id)).size).toBe(1);
  });
});
