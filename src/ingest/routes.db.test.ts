import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { dataFolder } from '../../test/durability/data-folder.ts';
import { testApp } from '../../test/support/app.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createLedger } from './ledger.ts';
import { ingestRoutes } from './routes.ts';

const data = dataFolder();
const spool = await data.openSpool({ loads: false });
const test = await testApp({
  database: await testDatabase(),
  environment: { API_MAX_BODY_BYTES: '200000', EVENT_MAX_LINE_BYTES: '2000' },
  routes: (app, deps) => {
    const ledger = createLedger({ database: deps.database, spoolDirectory: data.spoolDirectory });
    ingestRoutes(app, { ...deps, spool, readLedger: ledger.read });
  },
});
afterAll(async () => {
  await spool.close();
  await test.close();
  data.remove();
});

const call = {
  event: 'llm.call',
  ts: '2026-11-20T10:00:00Z',
  model: 'qwen',
  provider: 'ollama',
  success: true,
};

function send(payload: string | Buffer, headers: Record<string, string> = {}, query = '') {
  return test.inject({
    method: 'POST',
    url: `/api/v1/events${query}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  });
}

async function loadAll(): Promise<void> {
  const loader = data.startLoader({ db: test.database });
  await loader.settled();
  await loader.stop(5_000);
}

describe('POST /api/v1/events', () => {
  describe('happy', () => {
    it('takes an array, one object, and lines', async () => {
      const array = await send(JSON.stringify([call, { ...call, model: 'b' }]));
      expect(array.statusCode).toBe(200);
      expect(array.json()).toEqual({ accepted: 2, dropped: 0, rejected: [] });
      expect((await send(JSON.stringify({ ...call, model: 'c' }))).json().accepted).toBe(1);
      const lines = `${JSON.stringify({ ...call, model: 'd' })}\n\n${JSON.stringify({ ...call, model: 'e' })}\n`;
      const ndjson = await send(lines, { 'content-type': 'application/x-ndjson' });
      expect(ndjson.json().accepted).toBe(2);
      expect((await send(lines)).json().accepted).toBe(2);
    });

    it.each(['gzip', 'deflate'])('takes bodies packed by %s', async (encoding) => {
      const { deflateSync } = await import('node:zlib');
      const packed = (encoding === 'gzip' ? gzipSync : deflateSync)(JSON.stringify([call]));
      const reply = await send(packed, { 'content-encoding': encoding });
      expect(reply.json()).toMatchObject({ accepted: 1 });
    });

    it('stores them in the project of the key, the same one once', async () => {
      const event = {
        event: 'interaction',
        id: '01990000-0000-7000-8000-0000000000aa',
        provider: 'p',
        model: 'm',
        prompt: 'hi',
        response: 'ho',
      };
      await send(JSON.stringify([event, event]));
      await loadAll();
      const rows = await test.database.query<object>(
        'select project_id, origin, prompt_preview from interactions where id = $1',
        [event.id],
      );
      expect(rows).toEqual([{ project_id: test.a.id, origin: 'event', prompt_preview: 'hi' }]);
    });
  });

  describe('error', () => {
    it('names bad lines with their reason and takes the good ones', async () => {
      const lines = [
        '{broken',
        JSON.stringify(call),
        JSON.stringify({ ...call, latency_ms: 'x' }),
        '[]',
        JSON.stringify({ event: 'interaction', provider: 'p', model: 'm', surprise: 1 }),
        JSON.stringify({ ...call, prompt: 'x'.repeat(3000) }),
      ];
      const reply = await send(lines.join('\n'), { 'content-type': 'application/x-ndjson' });
      expect(reply.statusCode).toBe(207);
      const { accepted, rejected } = reply.json();
      expect(accepted).toBe(1);
      expect(rejected.map(({ line }: { line: number }) => line)).toEqual([1, 3, 4, 5, 6]);
      expect(rejected[0].reason).toBe('not JSON');
      expect(rejected[1].reason).toMatch(/latency_ms/);
      expect(rejected[3].reason).toMatch(/surprise/);
      expect(rejected[4].reason).toMatch(/2000 bytes/);
    });

    it('wants a time in lines of a file', async () => {
      const event = JSON.stringify({ event: 'span', kind: 'tool', name: 't' });
      expect((await send(event)).json().accepted).toBe(1);
      expect((await send(event, {}, '?origin=import')).json().rejected[0].reason).toMatch(
        /createdAt/,
      );
    });

    it.each([
      ['an empty body', '', {}, 400],
      ['no JSON', 'hello', {}, 400],
      ['a broken gzip', 'hello', { 'content-encoding': 'gzip' }, 400],
      ['an unknown encoding', '{}', { 'content-encoding': 'zip' }, 415],
      ['too many bytes', `[${'1,'.repeat(110_000)}1]`, {}, 413],
    ])('refuses %s', async (...[, body, headers, status]) => {
      expect((await send(body, headers as Record<string, string>)).statusCode).toBe(status);
    });
  });

  describe('security', () => {
    it('stops unpacking a bomb', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
      expect((await send(bomb, { 'content-encoding': 'gzip' })).statusCode).toBe(413);
    });

    it('wants a key with the scope ingest', async () => {
      const request = { method: 'POST', url: '/api/v1/events', payload: call } as const;
      expect((await test.inject({ ...request, key: null })).statusCode).toBe(401);
      const reader = await test.key(test.a.id, ['read']);
      expect((await test.inject({ ...request, key: reader })).statusCode).toBe(403);
    });

    it('never lets a score reach an interaction of another project', async () => {
      const id = '01990000-0000-7000-8000-0000000000bb';
      await send(JSON.stringify({ event: 'interaction', id, provider: 'p', model: 'm' }));
      await loadAll();
      const score = { event: 'score', interactionId: id, name: 'spoof', value: 0 };
      await test.inject({ method: 'POST', url: '/api/v1/events', payload: score, key: test.b.key });
      await loadAll();
      expect(await test.database.query('select 1 from scores')).toEqual([]);
    });
  });
});

describe('GET /api/v1/ledger', () => {
  it('adds up', async () => {
    const reply = await test.inject({ method: 'GET', url: '/api/v1/ledger' });
    expect(reply.statusCode).toBe(200);
    const ledger = reply.json();
    expect(ledger).toMatchObject({ balanced: true, degraded: false, problem: null });
    expect(ledger.accepted).toBe(ledger.stored + ledger.spooled + ledger.dropped + ledger.rejected);
    expect(ledger.duplicates).toBeGreaterThan(0);
  });

  it('wants a key with the scope read', async () => {
    const request = { method: 'GET', url: '/api/v1/ledger' } as const;
    expect((await test.inject({ ...request, key: null })).statusCode).toBe(401);
    const sender = await test.key(test.a.id, ['ingest']);
    expect((await test.inject({ ...request, key: sender })).statusCode).toBe(403);
  });
});
