import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CallerView, call } from './caller.ts';
import { type FaultGateway, providerEntry, startFaultGateway } from './fault-gateway.ts';
import { type FaultProvider, startFaultProvider } from './fault-provider.ts';
import { canSignCertificates, startImpostor } from './impostor.ts';
import { printTable } from './print-table.ts';
import { TIMING } from './timing.ts';

const PATIENCE_MS = 1000;
const TOTAL_MS = 2500;
const NOWHERE = { id: 'nowhere', baseUrl: 'http://no-such-host.invalid/v1' };

/** What the provider does, and what has to become of a stream and of a whole answer without any other target. */
interface Expected {
  readonly model: string;
  readonly title: string;
  readonly stream: 'answer' | 'error';
  readonly whole: 'answer' | 'error';
}

const CASES: readonly Expected[] = [
  { model: 't-early-hints', title: '1xx before the answer', stream: 'answer', whole: 'answer' },
  { model: 't-many-1xx', title: 'many 1xx before it', stream: 'answer', whole: 'answer' },
  { model: 't-upgrade', title: 'an upgrade nobody asked for', stream: 'error', whole: 'error' },
  { model: 't-trailers', title: 'trailers', stream: 'answer', whole: 'answer' },
  { model: 't-header-bomb', title: '1 MB of headers', stream: 'error', whole: 'error' },
  { model: 't-many-headers', title: '5,000 headers', stream: 'error', whole: 'error' },
  { model: 't-not-http', title: 'no HTTP', stream: 'error', whole: 'error' },
  { model: 't-two-lengths', title: 'two lengths', stream: 'error', whole: 'error' },
  { model: 't-bad-chunk', title: 'broken chunks', stream: 'error', whole: 'error' },
  { model: 't-slow-head', title: 'a head byte by byte', stream: 'error', whole: 'error' },
  { model: 't-slow-body', title: 'content without end', stream: 'error', whole: 'error' },
  { model: 't-keep-alive-only', title: 'comments without end', stream: 'error', whole: 'error' },
  { model: 't-gzip', title: 'gzip', stream: 'answer', whole: 'answer' },
  { model: 't-br', title: 'br', stream: 'answer', whole: 'answer' },
  { model: 't-zstd', title: 'zstd', stream: 'answer', whole: 'answer' },
  { model: 't-deflate', title: 'deflate', stream: 'answer', whole: 'answer' },
  {
    model: 't-redirect',
    title: 'a redirect',
    stream: 'error',
    whole: 'error',
  },
  { model: 't-html', title: 'a web page', stream: 'error', whole: 'error' },
  { model: 't-empty', title: 'no body', stream: 'error', whole: 'error' },
];

/** Faults before any content: another target has to take over without a trace. */
const MENDED = new Set(
  CASES.filter(({ stream, model }) => stream === 'error' && model !== 't-slow-body').map(
    ({ model }) => model,
  ),
);

describe('given faults below the API', () => {
  let provider: FaultProvider;
  let gateway: FaultGateway;
  const rows: string[][] = [];

  beforeAll(async () => {
    provider = await startFaultProvider(TIMING);
    const { baseUrl, port } = provider;
    const spare = providerEntry({ id: 'spare', baseUrl });
    const timeouts = {
      connectMs: PATIENCE_MS,
      firstByteMs: PATIENCE_MS,
      idleMs: PATIENCE_MS,
      totalMs: TOTAL_MS,
    };
    const policy = {
      retries: { max: 0, on: [], backoffMs: 0, maxBackoffMs: 0, honourRetryAfter: true },
    };
    const first = CASES.map(({ model }) => ({ providerId: `p-${model}`, model, timeouts }));
    const unreachable = ['nowhere', 'no-tls', 'closed', 'forbidden'].map((providerId) => ({
      providerId,
      model: 'good-model',
      timeouts,
    }));
    const all = [...first, ...unreachable];
    const nameOf = ({ providerId, model }: (typeof all)[number]): string =>
      providerId.startsWith('p-') ? model : providerId;
    gateway = await startFaultGateway({
      providers: [
        spare,
        ...CASES.map(({ model }) => providerEntry({ id: `p-${model}`, baseUrl })),
        providerEntry(NOWHERE),
        providerEntry({ id: 'no-tls', baseUrl: `https://127.0.0.1:${port}/v1` }),
        providerEntry({ id: 'closed', baseUrl: 'http://127.0.0.1:1/v1' }),
        // Never allowed, and if it were called it would be this machine's own provider and nobody else's.
        providerEntry({ id: 'forbidden', baseUrl: `http://0.0.0.0:${port}/v1` }),
      ],
      routes: [
        { name: 'spare', targets: [{ providerId: 'spare', model: 'good-model' }] },
        ...all.map((target) => ({ name: `alone-${nameOf(target)}`, targets: [target], policy })),
        ...all.map((target) => ({
          name: `mended-${nameOf(target)}`,
          targets: [target, { providerId: 'spare', model: 'good-model', timeouts: PATIENT }],
          policy: { ...policy, fallbackOn: FALLBACK },
        })),
      ],
    });
  });

  afterEach(async () => {
    const alive = await ask('spare', 'alive', true);
    expect(alive).toMatchObject({ outcome: 'success', complete: true });
  });

  afterAll(async () => {
    printTable('Faults below the API', rows);
    await gateway.close();
    await provider.close();
  });

  function ask(model: string, scenario: string, stream: boolean): Promise<CallerView> {
    const { url, key } = gateway;
    return call({ url, key, model, scenario, stream, maxMs: 20_000 });
  }

  function note(title: string, { outcome, status, error, elapsedMs }: CallerView): void {
    const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
    rows.push([title, outcome, String(status ?? ''), seconds, (error ?? '').slice(0, 90)]);
  }

  describe.each(CASES)('$title ($model)', ({ model, title, stream, whole }) => {
    it.each([
      ['streamed', true, stream],
      ['whole', false, whole],
    ] as const)('comes out right alone, %s', async (_kind, streams, expected) => {
      const view = await ask(`alone-${model}`, `alone-${model}`, streams);
      note(`${title}, ${streams ? 'streamed' : 'whole'}`, view);
      if (expected === 'answer') {
        expect(view).toMatchObject({ outcome: 'success', complete: true });
        return;
      }
      expect(view.outcome).toBe('error');
      expect(view.elapsedMs).toBeLessThan(TOTAL_MS + 3000);
      if (model !== 't-slow-body') expect(view.status).toBeGreaterThanOrEqual(500);
    });

    it.runIf(MENDED.has(model))('is mended by another target', async () => {
      for (const streams of [true, false]) {
        const view = await ask(`mended-${model}`, `mended-${model}`, streams);
        expect(view).toMatchObject({ outcome: 'success', complete: true, model: 'good-model' });
      }
    });
  });

  describe.each([
    ['nowhere', 'a host name that does not exist', 502],
    ['no-tls', 'no TLS behind https', 502],
    ['closed', 'a closed port', 502],
    ['forbidden', 'an address that must not be called', 403],
  ])('%s: %s', (providerId, title, status) => {
    it('is told clearly alone, and mended by another target', async () => {
      const alone = await ask(`alone-${providerId}`, providerId, true);
      note(title, alone);
      expect(alone).toMatchObject({ outcome: 'error', status });
      expect(alone.elapsedMs).toBeLessThan(TOTAL_MS + 3000);
      if (status === 403) return;
      const mended = await ask(`mended-${providerId}`, providerId, true);
      expect(mended).toMatchObject({ outcome: 'success', complete: true });
    });
  });

  it.each([
    ['t-header-bomb', /headers are too large/],
    ['t-not-http', /not HTTP/],
    ['no-tls', /TLS failed/],
    ['closed', /connection refused/],
    ['nowhere', /host name not found/],
  ])('tells why %s cannot be reached', async (name, reason) => {
    expect((await ask(`alone-${name}`, name, true)).error).toMatch(reason);
  });

  it('follows no redirect', () => {
    expect(provider.log.filter(({ action }) => action === '404')).toEqual([]);
  });

  it('does not pass on what trailers claim', async () => {
    const view = await ask('alone-t-trailers', 'trailers', true);
    expect(view.headers.get('x-lqo-provider')).toBe('p-t-trailers');
  });
});

const PATIENT = { connectMs: null, firstByteMs: null, idleMs: null, totalMs: 15_000 };

const FALLBACK = [
  'rate_limited',
  'upstream_error',
  'connection_failed',
  'timeout_connect',
  'timeout_first_byte',
  'timeout_idle',
  'timeout_total',
  'upstream_truncated',
] as const;

describe('given a provider whose certificate nobody vouches for', () => {
  it.skipIf(!canSignCertificates())('is not talked to (skipped without openssl)', async () => {
    const provider = await startFaultProvider(TIMING);
    const impostor = startImpostor();
    const { port } = await impostor.listening;
    const gateway = await startFaultGateway({
      providers: [
        providerEntry({ id: 'impostor', baseUrl: `https://127.0.0.1:${port}/v1` }),
        providerEntry({ id: 'honest', baseUrl: provider.baseUrl }),
      ],
      routes: [
        { name: 'alone', targets: [{ providerId: 'impostor', model: 'm' }] },
        {
          name: 'mended',
          targets: [
            { providerId: 'impostor', model: 'm' },
            { providerId: 'honest', model: 'good-model' },
          ],
        },
      ],
    });
    const { url, key } = gateway;
    const ask = (model: string): Promise<CallerView> =>
      call({ url, key, model, scenario: model, maxMs: 20_000 });
    const alone = await ask('alone');
    expect(alone).toMatchObject({ outcome: 'error', status: 502 });
    expect(alone.error).toMatch(/certificate is not trusted/);
    expect(await ask('mended')).toMatchObject({ outcome: 'success', complete: true });
    expect(impostor.requests()).toBe(0);
    await gateway.close();
    await provider.close();
    await impostor.close();
  });
});

describe('given a provider with more calls than connections', () => {
  it('serves what fits, sends the rest elsewhere and is well afterwards', async () => {
    const provider = await startFaultProvider(TIMING);
    const gateway = await startFaultGateway({
      environment: { UPSTREAM_CONNECTIONS: '2' },
      providers: [
        providerEntry({ id: 'small', baseUrl: provider.baseUrl }),
        providerEntry({ id: 'other', baseUrl: provider.baseUrl }),
      ],
      routes: [
        { name: 'alone', targets: [{ providerId: 'small', model: 't-slow' }], policy: NO_BREAKER },
        {
          name: 'both',
          targets: [
            { providerId: 'small', model: 't-slow' },
            { providerId: 'other', model: 'good-model' },
          ],
          policy: NO_BREAKER,
        },
      ],
    });
    const { url, key } = gateway;
    const ask = (model: string, count: number): Promise<CallerView[]> =>
      Promise.all(
        Array.from({ length: count }, () =>
          call({ url, key, model, scenario: model, stream: false, maxMs: 20_000 }),
        ),
      );
    const alone = await ask('alone', 12);
    const served = alone.filter(({ complete }) => complete).length;
    expect(served).toBeGreaterThanOrEqual(4);
    expect(alone.every(({ complete, status }) => complete || (status ?? 0) >= 500)).toBe(true);
    const both = await ask('both', 6);
    expect(both.filter(({ complete }) => complete)).toHaveLength(6);
    expect(await ask('alone', 2)).toMatchObject([{ complete: true }, { complete: true }]);
    expect(gateway.inFlight.size).toBe(0);
    await gateway.close();
    await provider.close();
  });
});

const NO_BREAKER = {
  retries: { max: 0, on: [], backoffMs: 0, maxBackoffMs: 0, honourRetryAfter: false },
};
