import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import { rollUp, takeBack } from '../analytics/roll-up.ts';
import { PatternReply, PatternsReply } from '../contract/patterns.ts';
import type { InteractionRow, ScoreRow } from '../interactions/record.ts';
import { storeRecords } from '../interactions/store-records.ts';
import { patternRoutes } from './routes.ts';
import { countPatterns } from './worker.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.parse('2026-11-20T10:15:00.000Z');
const clock = { now: (): number => NOW_MS, monotonic: (): number => performance.now() };
let test: TestApp;

beforeAll(async () => {
  test = await testApp({
    clock,
    routes: (app, deps) =>
      patternRoutes(app, {
        ...deps,
        hidePrivate: (text, { isCut }) => text.replace(/\S+@\S+/, '[email]') + (isCut ? '…' : ''),
      }),
  });
});
afterAll(() => test.close());

interface Given {
  readonly prompt: string;
  readonly hoursAgo?: number;
  readonly row?: Partial<InteractionRow>;
  readonly scores?: readonly Partial<ScoreRow>[];
}

let made = 0;
async function add({
  prompt,
  hoursAgo = 1,
  row = {},
  scores = [],
}: Given): Promise<InteractionRow> {
  made += 1;
  const interaction = interactionRow({
    projectId: test.a.id,
    createdAt: new Date(NOW_MS - hoursAgo * HOUR_MS + made),
    promptPreview: prompt,
    ...row,
  });
  const own = scores.map((score) => scoreRow(interaction, score));
  const batch = batchOf({ interactions: [interaction], scores: own });
  await record(test.database, batch, [storeRecords, rollUp]);
  return interaction;
}

const count = async (): Promise<void> => {
  // The turn before is long enough ago.
  await test.database.query(`update pattern_turns set next_look_at = now(), all_looked_at = null`);
  const deps = { database: test.database, clock, log: test.deps.log };
  await countPatterns(deps, new AbortController().signal);
};
const ask = async (path: string, key = test.a.key) => test.inject({ url: path, key });
const patterns = async (query = ''): Promise<PatternsReply> =>
  PatternsReply.parse((await ask(`/api/v1/analytics/patterns?${query}`)).json());
const shown = ({ template }: { template: PatternsReply['items'][number]['template'] }): string =>
  template.map((part) => ('text' in part ? part.text : `<${part.parameter}>`)).join('');

const LOW = { name: 'overall', value: 0.25, source: 'judge', evaluator: 'judge' } as const;
const FINE = { name: 'overall', value: 1, source: 'judge', evaluator: 'judge' } as const;

describe('GET /api/v1/analytics/patterns', () => {
  it('is empty before anything was recorded', async () => {
    await count();
    expect(await patterns()).toMatchObject({
      items: [],
      total: 0,
      waitingHours: 0,
      all: { calls: 0, rate: { value: null, n: 0 } },
    });
  });

  it('groups prompts of one form, ranks them by failures and marks the one that is worse', async () => {
    for (let at = 0; at < 40; at += 1) {
      await add({
        prompt: `환불 주문 ${at}번은 언제 처리되나요?`,
        scores: [at % 2 === 0 ? LOW : FINE],
      });
      await add({ prompt: `Where is my parcel ${at}?`, scores: [at === 3 ? LOW : FINE] });
    }
    await add({ prompt: 'Where is my parcel 7?', row: { status: 'error', errorType: 'unknown' } });
    await add({ prompt: '' });
    await add({ prompt: 'hidden', row: { origin: 'judge' } });
    expect((await patterns()).waitingHours).toBeGreaterThan(0);
    await count();
    const reply = await patterns();
    expect(reply.items.map(shown)).toEqual([
      '환불 주문 <number>번은 언제 처리되나요?',
      'Where is my parcel <number>?',
    ]);
    expect(reply.items).toMatchObject([
      { calls: 40, failed: 20, lowQuality: 20, isWorse: true, rate: { value: 0.5, n: 40 } },
      { calls: 41, failed: 2, errors: 1, lowQuality: 1, isWorse: false, rate: { n: 41 } },
    ]);
    const [worst, other] = reply.items;
    expect(worst?.shrunk).toBeLessThan(0.5);
    expect(other?.shrunk).toBeGreaterThan(2 / 41);
    expect(worst?.change).toBeNull();
    // The prompt without words is known to have been neither.
    expect(reply).toMatchObject({ waitingHours: 0, other: { calls: 1, rate: { n: 0 } } });
    expect(reply.all.calls).toBe(82);
  });

  it('counts what is chosen as failure, and leaves out what is not known', async () => {
    const errors = await patterns('failures=error');
    expect(errors.items.map(({ failed, rate }) => [failed, rate.n])).toEqual([
      [1, 41],
      [0, 40],
    ]);
    const low = await patterns('failures=low_quality');
    expect(low.items.map(({ failed, rate }) => [failed, rate.n])).toEqual([
      [20, 40],
      [1, 40],
    ]);
  });

  it('finds by words, only the worse, and orders by calls', async () => {
    expect((await patterns('q=PARCEL')).items).toHaveLength(1);
    expect((await patterns('q=%25')).items).toHaveLength(0);
    expect((await patterns('worse=true')).items).toHaveLength(1);
    expect((await patterns('order=calls')).items[0]).toMatchObject({ calls: 41 });
    expect(await patterns('limit=1')).toMatchObject({ total: 2, items: [{}] });
  });

  it('counts an hour again when scores came late, and takes deleted calls out', async () => {
    const late = await add({ prompt: 'Where is my parcel 99?' });
    await count();
    const before = await patterns('failures=low_quality&q=parcel');
    await record(test.database, batchOf({ scores: [scoreRow(late, LOW)] }), [storeRecords, rollUp]);
    await count();
    const scored = await patterns('failures=low_quality&q=parcel');
    expect(scored.items[0]?.failed).toBe((before.items[0]?.failed ?? 0) + 1);
    await test.database.transaction(async (tx) => {
      await tx.query('delete from interactions where id = $1', [late.id]);
      await tx.query('delete from scores where interaction_id = $1', [late.id]);
      await takeBack(tx, batchOf({ interactions: [late], scores: [scoreRow(late, LOW)] }));
    });
    await count();
    const after = await patterns('failures=low_quality&q=parcel');
    expect(after.items[0]).toMatchObject({ calls: 41, failed: 1 });
  });

  it('compares with as long a time before', async () => {
    for (let at = 0; at < 30; at += 1) {
      await add({ prompt: `Where is my parcel ${at}?`, hoursAgo: 30, scores: [LOW] });
    }
    await count();
    const [item] = (await patterns('q=parcel')).items;
    expect(item?.before).toMatchObject({ value: 1, n: 30 });
    expect(item?.change?.value).toBeLessThan(-0.9);
    expect(item?.change?.high).toBeLessThan(0);
  });

  it('counts nothing twice however often it looks', async () => {
    const before = await patterns();
    await count();
    await test.database.query('delete from pattern_hours');
    await test.database.query(`update pattern_turns set seen = ''`);
    await count();
    expect(await patterns()).toEqual(before);
  });

  it('goes on after a process died in its turn, and leaves a turn that is somebody else’s', async () => {
    await add({ prompt: 'A question that nobody asked before' });
    await test.database.query(
      `update pattern_turns set claimed_until = now() + interval '1 minute' where project_id = $1`,
      [test.a.id],
    );
    await count();
    expect((await patterns('q=nobody')).items).toHaveLength(0);
    await test.database.query(`update pattern_turns set claimed_until = now() - interval '1 s'`);
    await count();
    expect((await patterns('q=nobody')).items).toHaveLength(1);
  });

  it('refuses a failure, an order and a range that are none', async () => {
    for (const query of [
      'failures=late',
      'order=name',
      'limit=0',
      'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
    ]) {
      expect((await ask(`/api/v1/analytics/patterns?${query}`)).statusCode).toBe(400);
    }
  });
});

describe('GET /api/v1/analytics/patterns/{id}', () => {
  const detail = async (id: string, query = ''): Promise<PatternReply> =>
    PatternReply.parse((await ask(`/api/v1/analytics/patterns/${id}?${query}`)).json());

  it('shows the series and examples, failed ones first, with private parts hidden', async () => {
    const id = (await patterns('q=parcel')).items[0]?.id ?? '';
    const reply = await detail(id);
    expect(reply.interval).toBe('hour');
    expect(reply.points.reduce((sum, { calls }) => sum + calls, 0)).toBe(reply.pattern.calls);
    expect(reply.examples[0]?.failures).not.toEqual([]);
    expect(reply.examples.length).toBeGreaterThan(2);
    await add({ prompt: 'Please write to ada@corp.example', scores: [LOW] });
    await count();
    const mail = (await patterns('q=write')).items[0];
    expect(mail?.template).toEqual([{ text: 'Please write to ' }, { parameter: 'email' }]);
    const [example] = (await detail(mail?.id ?? '')).examples;
    expect(example).toMatchObject({
      promptPreview: 'Please write to [email]',
      failures: ['low_quality'],
    });
  });

  it('names the other forms of a pattern', async () => {
    await add({ prompt: 'Please, where is my parcel 12?', scores: [FINE] });
    await count();
    const id = (await patterns('q=parcel')).items[0]?.id ?? '';
    const { forms } = await detail(id);
    expect(forms.map(shown)).toEqual(['Please, where is my parcel <number>?']);
    expect(forms[0]?.calls).toBe(1);
  });

  it('does not know other ids, nor patterns without calls in the range', async () => {
    const none = '01900000-0000-7000-8000-000000000000';
    expect((await ask(`/api/v1/analytics/patterns/${none}`)).statusCode).toBe(404);
    expect((await ask('/api/v1/analytics/patterns/x')).statusCode).toBe(400);
    const id = (await patterns('q=parcel')).items[0]?.id ?? '';
    const old = 'from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z';
    expect((await ask(`/api/v1/analytics/patterns/${id}?${old}`)).statusCode).toBe(404);
  });
});

describe('security', () => {
  it('tells another project nothing', async () => {
    const id = (await patterns('q=parcel')).items[0]?.id ?? '';
    const reply = await ask('/api/v1/analytics/patterns', test.b.key);
    expect(reply.json()).toMatchObject({ items: [], all: { calls: 0 } });
    expect((await ask(`/api/v1/analytics/patterns/${id}`, test.b.key)).statusCode).toBe(404);
  });

  it('needs the scope to read', async () => {
    const key = await test.key(test.a.id, ['ingest']);
    expect((await ask('/api/v1/analytics/patterns', key)).statusCode).toBe(403);
    expect((await test.inject({ url: '/api/v1/analytics/patterns', key: null })).statusCode).toBe(
      401,
    );
  });
});
