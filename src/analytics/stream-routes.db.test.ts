import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { StreamMessage } from '../contract/access.ts';
import { ActivityFeed, type Listener } from './activity-feed.ts';
import { rollUp } from './roll-up.ts';
import { streamRoutes } from './stream-routes.ts';

let test: TestApp;
let isDegraded = false;

beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) =>
      streamRoutes(app, { feed: new ActivityFeed({ ...deps, isDegraded: () => isDegraded }) }),
  });
});
afterAll(() => test.close());

async function add(projectId: string, count = 1): Promise<void> {
  const interactions = Array.from({ length: count }, () => interactionRow({ projectId }));
  const scores = interactions.slice(0, 1).map((row) => scoreRow(row));
  await record(test.database, batchOf({ interactions, scores }), [rollUp]);
}

/** An open stream and a way to wait for what comes. */
async function open(key: string) {
  if (!test.app.server.listening) await test.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = test.app.server.address() as AddressInfo;
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/api/v1/stream',
    headers: { authorization: `Bearer ${key}` },
  }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let seen = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    seen += chunk;
  });
  return {
    response,
    async until(text: string): Promise<string> {
      while (!seen.includes(text)) await once(response, 'data');
      return seen;
    },
  };
}

describe('GET /api/v1/stream', () => {
  it('tells what is added to the own project and nothing of others', async () => {
    await add(test.a.id, 3);
    const stream = await open(test.a.key);
    expect(stream.response.headers['content-type']).toContain('text/event-stream');
    expect(stream.response.headers['x-content-type-options']).toBe('nosniff');
    await stream.until(': connected');
    await add(test.b.id, 5);
    await add(test.a.id, 2);
    const text = await stream.until('"kind":"scores"');
    stream.response.destroy();
    const messages = text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => StreamMessage.parse(JSON.parse(line.slice(6))));
    expect(messages).toMatchObject([
      { kind: 'interactions', project: 'default', added: 2 },
      { kind: 'scores', project: 'default', added: 1 },
    ]);
  });

  it('tells alerts that began and ended, in the own project', async () => {
    const stream = await open(test.a.key);
    await stream.until(': connected');
    for (const { id } of [test.b, test.a]) {
      await test.database.query(
        `insert into alert_counters (project_id, opened, closed) values ($1, 2, 1)`,
        [id],
      );
    }
    const text = await stream.until('"kind":"alerts"');
    stream.response.destroy();
    const [line = ''] = text.split('\n').filter((one) => one.startsWith('data: '));
    expect(StreamMessage.parse(JSON.parse(line.slice(6)))).toMatchObject({
      kind: 'alerts',
      project: 'default',
      opened: 2,
      closed: 1,
    });
  });

  it('needs scope read', async () => {
    const key = await test.key(test.a.id, ['gateway', 'ingest', 'metrics']);
    expect((await test.inject({ url: '/api/v1/stream', key: null })).statusCode).toBe(401);
    expect((await test.inject({ url: '/api/v1/stream', key })).statusCode).toBe(403);
  });

  it('ends when the server closes', async () => {
    const { response, until } = await open(test.a.key);
    await until(': connected');
    const ended = once(response, 'end');
    await test.app.close();
    await ended;
  });
});

describe('the activity feed', () => {
  const listener = (projectId: string): Listener & { messages: StreamMessage[] } => {
    const messages: StreamMessage[] = [];
    return { projectId, projectSlug: 'p', messages, receive: (one) => messages.push(one) };
  };
  let feed: ActivityFeed;
  let queries = 0;

  beforeEach(() => {
    queries = 0;
    const { database, clock, log } = test.deps;
    feed = new ActivityFeed({
      clock,
      log,
      isDegraded: () => isDegraded,
      database: {
        ...database,
        query: (sql, params) => {
          queries += 1;
          return database.query(sql, params);
        },
      },
    });
  });
  afterEach(() => feed.close());

  it('asks the database only while somebody listens', async () => {
    await feed.poll();
    expect(queries).toBe(0);
    const leave = await feed.listen(listener(test.a.id));
    expect(queries).toBe(1);
    leave();
    await feed.poll();
    expect(queries).toBe(1);
  });

  it('tells the first interactions of a new project', async () => {
    const watcher = listener(test.b.id);
    await feed.listen(watcher);
    await add(test.b.id, 4);
    await feed.poll();
    expect(watcher.messages).toMatchObject([
      { kind: 'interactions', added: 4 },
      { kind: 'scores', added: 1 },
    ]);
  });

  it('tells everybody when records begin to be lost, and when that is over', async () => {
    const watcher = listener(test.a.id);
    await feed.listen(watcher);
    isDegraded = true;
    await feed.poll();
    isDegraded = false;
    await feed.poll();
    expect(watcher.messages).toMatchObject([
      { kind: 'ledger', degraded: true },
      { kind: 'ledger', degraded: false },
    ]);
  });
});
