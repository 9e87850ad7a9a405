import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { testBox } from '../../test/support/channels.ts';
import { slackProblems } from '../../test/support/receiver-shapes.ts';
import { createChannelTools } from '../channel-tools.ts';
import { forbiddenHost } from '../routing/guard-address.ts';
import { channelRoutes } from './channel-routes.ts';
import { createSendThrough } from './notify/send-through.ts';

const NOW_MS = Date.parse('2026-11-21T12:30:00.000Z');
const clock = { now: () => NOW_MS, monotonic: () => performance.now() };
const got: { url: string; body: unknown }[] = [];
const deeds: string[] = [];
let server: TestApp;
let receiver: Server;
let receiverUrl = '';
let status = 200;

beforeAll(async () => {
  receiver = createServer((request, reply) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      got.push({ url: request.url ?? '', body: JSON.parse(body) });
      reply.writeHead(status).end(status === 200 ? 'ok' : 'invalid_token');
    });
  });
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const rules = { allowLinkLocal: false };
  server = await testApp({
    clock,
    routes: (app, deps) =>
      channelRoutes(app, {
        ...deps,
        box: testBox(),
        refuseHost: (host) => forbiddenHost(host, rules),
        recordDeed: async (_tx, { action, target, details }) => {
          deeds.push(`${action} ${target} ${JSON.stringify(details)}`);
        },
        send: createSendThrough({
          database: deps.database,
          box: testBox(),
          baseUrl: 'https://quality.example.com',
          metrics: deps.metrics.evaluator,
          tools: () => createChannelTools({ clock, rules }),
        }),
      }),
  });
});
afterAll(async () => {
  await server.close();
  await new Promise((done) => receiver.close(done));
});

const url = '/api/v1/channels';
const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', payload?: object) =>
  server.inject({ method, url: `${url}${path}`, ...(payload === undefined ? {} : { payload }) });
const slack = (more: object = {}): object => ({
  name: `slack ${randomUUID()}`,
  kind: 'slack',
  options: { url: `${receiverUrl}/services/T0/B0/secret` },
  ...more,
});
const add = async (body: object) => {
  const reply = await send('POST', '', body);
  expect(reply.statusCode, reply.body).toBe(201);
  return reply.json();
};

describe('channels: happy', () => {
  it('are added, listed, read, changed and removed, each with a deed, and show no secret', async () => {
    const made = await add(slack({ name: 'Team', lowQuality: true, digest: 'daily' }));
    expect(made).toMatchObject({
      name: 'Team',
      kind: 'slack',
      language: 'en',
      enabled: true,
      texts: 'masked',
      lowQuality: true,
      batchSummary: false,
      digest: 'daily',
      perMinute: 20,
      options: { url: true },
      managedBy: 'api',
      delivered: 0,
      waiting: 0,
      dead: 0,
      lastDeliveredAt: null,
      problem: null,
    });
    expect((await send('GET', `/${made.id}`)).json()).toEqual(made);
    const other = await add(slack({ name: 'Other' }));
    const page = (await send('GET', '?limit=1')).json();
    expect(page.items).toEqual([made]);
    expect((await send('GET', `?limit=1&cursor=${page.nextCursor}`)).json().items).toEqual([other]);
    const changed = (await send('PATCH', `/${made.id}`, { enabled: false, language: 'ko' })).json();
    expect(changed).toMatchObject({ enabled: false, language: 'ko', options: { url: true } });
    expect((await send('DELETE', `/${made.id}`)).statusCode).toBe(204);
    expect((await send('GET', `/${made.id}`)).statusCode).toBe(404);
    for (const action of ['created', 'changed', 'deleted']) {
      expect(deeds.some((deed) => deed.startsWith(`channel.${action} ${made.id}`))).toBe(true);
    }
    expect(deeds.join()).not.toContain('secret');
  });

  it('are kept sealed and told of what became of their messages', async () => {
    const { id } = await add(slack());
    const rows = await server.database.query<{ secrets: string; options: object }>(
      'select secrets, options from channels where id = $1',
      [id],
    );
    expect(rows).toMatchObject([{ options: {} }]);
    expect(rows[0]?.secrets).not.toContain('secret');
    const add1 = (minute: number, ended: string, error: string | null) =>
      server.database.query(
        `insert into outbox (id, project_id, channel_id, sequence_key, dedupe_key, kind, message, created_at,
           next_attempt_at, ${ended === 'waiting' ? 'claimed_until' : ended}, last_error)
         values ($1, $2, $3, 's', $4, 'firing', '{}', $5, $5, $5, $6)`,
        [randomUUID(), server.a.id, id, randomUUID(), new Date(NOW_MS - minute * 60_000), error],
      );
    await add1(50, 'delivered_at', null);
    await add1(40, 'dead_at', 'Slack answered 404: no_service');
    await add1(30, 'waiting', null);
    expect((await send('GET', `/${id}`)).json()).toMatchObject({
      delivered: 1,
      dead: 1,
      waiting: 1,
      lastDeliveredAt: new Date(NOW_MS - 50 * 60_000).toISOString(),
      problem: 'Slack answered 404: no_service',
    });
    await add1(10, 'delivered_at', null);
    expect((await send('GET', `/${id}`)).json()).toMatchObject({ delivered: 2, problem: null });
  });

  it('send a test at once and tell what the receiver said', async () => {
    const { id } = await add(slack({ language: 'ja' }));
    got.length = 0;
    expect((await send('POST', `/${id}/test`)).json()).toMatchObject({ ok: true, problem: null });
    expect(got).toMatchObject([{ url: '/services/T0/B0/secret' }]);
    expect(slackProblems(got[0]?.body)).toEqual([]);
    expect(JSON.stringify(got[0]?.body)).toContain('テストメッセージ');
    status = 403;
    const refused = (await send('POST', `/${id}/test`)).json();
    status = 200;
    expect(refused).toMatchObject({ ok: false, problem: 'Slack answered 403: invalid_token' });
    const metrics = await server.deps.metrics.registry.metrics();
    expect(metrics).toContain(
      'llm_evaluator_notifications_sent_total{channel="slack",type="test",status="success"} 1',
    );
  });

  it('keep secrets that a change leaves out, and drop them when asked', async () => {
    const options = { url: `${receiverUrl}/hook`, secret: 'sixteen or more characters' };
    const { id } = await add({ name: 'Hook', kind: 'webhook', options });
    const path = `${receiverUrl}/other`;
    const kept = (await send('PATCH', `/${id}`, { options: { url: path, secret: true } })).json();
    expect(kept.options).toEqual({ url: path, secret: true });
    const gone = (await send('PATCH', `/${id}`, { options: { url: path, secret: null } })).json();
    expect(gone.options).toEqual({ url: path });
  });
});

describe('channels: error', () => {
  it('are refused with options that the kind does not take', async () => {
    for (const [kind, options] of [
      ['slack', {}],
      ['slack', { url: 'ftp://example.com' }],
      ['slack', { url: 'https://hooks.slack.com/x', channel: '#a' }],
      ['email', { host: 'mail.example.com', from: 'a@b.c', to: [] }],
      ['email', { host: 'mail.example.com', from: 'a@b.c', to: ['x@y.z\nBcc: q@q.q'] }],
      ['email', { host: 'http://mail', from: 'a@b.c', to: ['x@y.z'] }],
      ['webhook', { url: 'https://user:pass@example.com/' }],
      ['webhook', { url: 'https://example.com/', secret: 'short' }],
      ['pagerduty', { routingKey: 'no key' }],
    ] as const) {
      const reply = await send('POST', '', { name: `n${Math.random()}`, kind, options });
      expect(reply.statusCode, `${kind} ${JSON.stringify(options)}`).toBe(400);
    }
  });

  it('need a name of their own, and reports go to no pager', async () => {
    await add(slack({ name: 'Twice' }));
    expect((await send('POST', '', slack({ name: 'Twice' }))).statusCode).toBe(409);
    const pager = {
      name: 'Pager',
      kind: 'pagerduty',
      options: { routingKey: 'R0123456789ABCDEF0123456789ABCDE' },
    };
    expect((await send('POST', '', { ...pager, digest: 'weekly' })).statusCode).toBe(400);
    await add(pager);
  });

  it('of the environment, or that monitors tell, stay as they are', async () => {
    const { id, name } = await add(slack());
    await server.database.query(
      `insert into monitors (id, project_id, name, definition, enabled, managed_by, created_at, updated_at)
       values ($1, $2, 'Watch', jsonb_build_object('channels', jsonb_build_array($3::text)), true, 'api', $4, $4)`,
      [randomUUID(), server.a.id, name, new Date(NOW_MS)],
    );
    const used = await send('DELETE', `/${id}`);
    expect([used.statusCode, used.json().error.message]).toEqual([
      409,
      'Monitors tell this channel: Watch. Change them first.',
    ]);
    expect((await send('PATCH', `/${id}`, { name: 'Renamed' })).statusCode).toBe(409);
    await server.database.query("update channels set managed_by = 'environment' where id = $1", [
      id,
    ]);
    expect((await send('PATCH', `/${id}`, { enabled: false })).statusCode).toBe(409);
    expect((await send('DELETE', `/${id}`)).statusCode).toBe(409);
  });
});

describe('channels: security', () => {
  it('of another project are not found', async () => {
    const { id } = await add(slack());
    for (const [method, path, payload] of [
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { enabled: false }],
      ['POST', `/${id}/test`],
      ['DELETE', `/${id}`],
    ] as const) {
      const reply = await server.inject({
        method,
        url: `${url}${path}`,
        key: server.b.key,
        ...(payload === undefined ? {} : { payload }),
      });
      expect([reply.statusCode, reply.json().error.code]).toEqual([404, 'not_found']);
    }
    const listed = await server.inject({ method: 'GET', url, key: server.b.key });
    expect(listed.json().items).toEqual([]);
  });

  it('are changed and tested by administrators only', async () => {
    const { id } = await add(slack());
    const key = await server.key(server.a.id, ['read']);
    for (const [method, path] of [
      ['POST', ''],
      ['PATCH', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/test`],
    ] as const) {
      const reply = await server.inject({ method, url: `${url}${path}`, key, payload: {} });
      expect(reply.statusCode).toBe(403);
    }
  });

  it('lead to no metadata service, whatever the kind', async () => {
    for (const [kind, options] of [
      ['webhook', { url: 'http://169.254.169.254/latest' }],
      ['slack', { url: 'http://[::ffff:169.254.169.254]/' }],
      ['alertmanager', { url: 'http://metadata.google.internal' }],
      ['email', { host: '169.254.169.254', from: 'a@b.c', to: ['x@y.z'] }],
      ['email', { host: 'fe80::1', from: 'a@b.c', to: ['x@y.z'] }],
    ] as const) {
      const reply = await send('POST', '', { name: `n${Math.random()}`, kind, options });
      expect([reply.statusCode, reply.json().error.code]).toEqual([403, 'forbidden_address']);
    }
  });

  it('ask for secrets again when they would go to another receiver', async () => {
    const options = { url: `${receiverUrl}/hook`, secret: 'sixteen or more characters' };
    const { id } = await add({ name: 'Mine', kind: 'webhook', options });
    const moved = { options: { url: 'https://attacker.example.com/hook' } };
    expect((await send('PATCH', `/${id}`, moved)).statusCode).toBe(400);
    const smtp = { host: 'mail.example.com', from: 'a@b.c', to: ['x@y.z'], password: 'p' };
    const mail = await add({ name: 'Mail', kind: 'email', options: smtp });
    const { password: _, ...rest } = smtp;
    const other = { options: { ...rest, host: 'attacker.example.com' } };
    expect((await send('PATCH', `/${mail.id}`, other)).statusCode).toBe(400);
    const same = { options: { ...rest, to: ['x@y.z', 'q@y.z'] } };
    expect((await send('PATCH', `/${mail.id}`, same)).json().options.password).toBe(true);
  });
});
