import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { MetricsMessage } from '../contract/metrics-socket.ts';
import { ActivityFeed } from './activity-feed.ts';
import { createCostAnalysis } from './cost-analysis.ts';
import { metricsSocket } from './metrics-socket.ts';
import { rollUp } from './roll-up.ts';

let test: TestApp;
let feed: ActivityFeed;
let port: number;

beforeAll(async () => {
  test = await testApp({
    routes: (app, deps) => {
      feed = new ActivityFeed(deps);
      const analysis = createCostAnalysis({ ...deps, dailyBudget: () => Promise.resolve(null) });
      metricsSocket(app, { ...deps, feed, analysis });
    },
  });
  await test.app.listen({ port: 0, host: '127.0.0.1' });
  port = (test.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  feed.close();
  await test.close();
});

/** An open socket and a way to wait for what comes. */
async function open(headers: Record<string, string>): Promise<{
  readonly socket: WebSocket;
  until(type: MetricsMessage['type']): Promise<MetricsMessage>;
}> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/metrics`, { headers });
  const seen: MetricsMessage[] = [];
  const arrived = new EventTarget();
  socket.addEventListener('message', ({ data }) => {
    seen.push(MetricsMessage.parse(JSON.parse(String(data))));
    arrived.dispatchEvent(new Event('message'));
  });
  await once(socket, 'open');
  return {
    socket,
    async until(type: MetricsMessage['type']): Promise<MetricsMessage> {
      for (;;) {
        const found = seen.find((message) => message.type === type);
        if (found !== undefined) return found;
        await once(arrived, 'message');
      }
    },
  };
}

const withKey = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });

/** The status that a handshake is refused with. */
async function refusal(headers: Record<string, string>): Promise<number | undefined> {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path: '/ws/metrics',
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('WS /ws/metrics', () => {
  it('tells the costs of the last hour at once', async () => {
    await record(
      test.database,
      batchOf({
        interactions: [
          interactionRow({ projectId: test.a.id, createdAt: new Date(), costMicroUsd: 250_000 }),
        ],
      }),
      [rollUp],
    );
    const { socket, until } = await open(withKey(test.a.key));
    expect(await until('cost_update')).toMatchObject({
      data: { time_period: '1h', total_cost_usd: 0.25, request_count: 1 },
    });
    socket.close();
  });

  it('tells what is added to the own project and nothing of others', async () => {
    const mine = await open(withKey(test.a.key));
    const theirs = await open(withKey(test.b.key));
    await Promise.all([mine.until('cost_update'), theirs.until('cost_update')]);
    for (const [id, count] of [
      [test.b.id, 5],
      [test.a.id, 2],
    ] as const) {
      const interactions = Array.from({ length: count }, () => interactionRow({ projectId: id }));
      await record(test.database, batchOf({ interactions }), [rollUp]);
    }
    await feed.poll();
    expect(await mine.until('interactions')).toMatchObject({ data: { added: 2 } });
    expect(await theirs.until('interactions')).toMatchObject({ data: { added: 5 } });
    mine.socket.close();
    theirs.socket.close();
  });

  it('takes no notice of what clients say, and ends when they say too much', async () => {
    const { socket, until } = await open(withKey(test.a.key));
    socket.send('subscribe everything');
    await until('cost_update');
    const closed = once(socket, 'close');
    socket.send('x'.repeat(20_000));
    await closed;
  });

  it('says so when it is asked without a socket', async () => {
    const reply = await test.app.inject({ url: '/ws/metrics', headers: withKey(test.a.key) });
    expect(reply.statusCode).toBe(426);
    expect(reply.json()).toMatchObject({ error: { code: 'upgrade_required' } });
  });

  it('refuses callers without a key, or with one that may not read', async () => {
    expect(await refusal({})).toBe(401);
    expect(await refusal(withKey('lqo_wrong'))).toBe(401);
  });

  it('refuses pages of another origin and foreign host names', async () => {
    const origin = { origin: 'https://evil.example' };
    expect(await refusal({ ...withKey(test.a.key), ...origin })).toBe(403);
    expect(await refusal({ ...withKey(test.a.key), host: 'evil.example' })).toBe(403);
  });

  it('reads the bodies of calls that offer another protocol', async () => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      path: '/nowhere',
      method: 'POST',
      headers: { connection: 'Upgrade', upgrade: 'h2c', ...withKey(test.a.key) },
    });
    request.end('{}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(404);
    response.resume();
  });
});
