import { chatBody, type LoadOrder } from './load.ts';
import { startBare, startOurs, startProgram, type Target } from './targets.ts';

/** One thing that the gateway does beside forwarding, and a load that shows what it costs. */
export interface Feature {
  readonly name: string;
  start(mockPort: number): Promise<Target>;
  readonly load: Omit<LoadOrder, 'port' | 'path' | 'headers' | 'seconds'>;
}

const PLAIN = { body: chatBody(false), concurrency: 128 };
const STREAMS = { body: chatBody(true), concurrency: 200 };
const LONG_TIMES = 100;
const LONG = { body: chatBody(false, { times: LONG_TIMES }), concurrency: 32 };
const MANY = 1_000_000_000;

/** Changes something over the API of a target. The path may begin with a method; `POST` is understood. */
async function set(target: Target, what: string, body: object): Promise<unknown> {
  const [path = '', method = 'POST'] = what.split(' ').toReversed();
  const reply = await fetch(`http://127.0.0.1:${target.port}${path}`, {
    method,
    headers: { ...target.headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${what} answered ${reply.status}: ${await reply.text()}`);
  return await reply.json();
}

async function withLimits(target: Target): Promise<void> {
  for (const [scope, metric] of [
    ['key', 'requests_per_minute'],
    ['key', 'tokens_per_minute'],
    ['ip', 'concurrent_requests'],
    ['project', 'requests_per_minute'],
  ]) {
    await set(target, '/api/v1/limits', { scope, metric, limit: MANY });
  }
}

async function withBudgets(target: Target): Promise<void> {
  for (const scope of ['project', 'key']) {
    await set(target, '/api/v1/budgets', {
      name: `bench ${scope}`,
      scope,
      period: 'month',
      limitMicroUsd: MANY * 1000,
      // The model of the bench has no price; what is measured is the way, not the refusal.
      unpriced: 'allow',
    });
  }
}

async function withTranslation(target: Target, mockPort: number): Promise<void> {
  await set(target, '/api/v1/providers', {
    kind: 'anthropic',
    baseUrl: `http://127.0.0.1:${mockPort}`,
    credential: 'sk-provider',
  });
  const { items } = (await (
    await fetch(`http://127.0.0.1:${target.port}/api/v1/providers`, { headers: target.headers })
  ).json()) as { items: { id: string; kind: string }[] };
  const providerId = items.find(({ kind }) => kind === 'anthropic')?.id;
  await set(target, '/api/v1/routes', {
    name: 'translated',
    targets: [{ providerId, model: 'claude-bench' }],
  });
}

function ours(setUp: (target: Target, mockPort: number) => Promise<void>) {
  return async (mockPort: number): Promise<Target> => {
    const target = await startOurs(mockPort);
    await setUp(target, mockPort);
    return target;
  };
}

const plain = ours(async () => undefined);

/** What is measured; the first of each kind of load is the yardstick of those that follow. */
export const FEATURES: readonly Feature[] = [
  { name: 'bare proxy', start: startBare, load: PLAIN },
  { name: 'ours, recorded', start: plain, load: PLAIN },
  { name: '+ 4 rate limits', start: ours(withLimits), load: PLAIN },
  {
    name: '+ 4 rate limits, 2 budgets',
    start: ours(async (target) => {
      await withLimits(target);
      await withBudgets(target);
    }),
    load: PLAIN,
  },
  {
    name: 'cache hit',
    start: ours((target) =>
      set(target, 'PUT /api/v1/cache', { enabled: true }).then(() => undefined),
    ),
    load: PLAIN,
  },
  {
    name: 'translated to Anthropic',
    start: ours(withTranslation),
    load: { ...PLAIN, body: chatBody(false, { model: 'translated' }) },
  },
  { name: 'bare proxy, 200 streams', start: startBare, load: STREAMS },
  { name: 'ours, 200 streams', start: plain, load: STREAMS },
  {
    name: 'translated, 200 streams',
    start: ours(withTranslation),
    load: { ...STREAMS, body: chatBody(true, { model: 'translated' }) },
  },
  { name: 'bare proxy, 200 KB prompts', start: startBare, load: LONG },
  { name: 'ours, 200 KB prompts', start: plain, load: LONG },
  { name: 'whole program, 1 process', start: (port) => startProgram(port, 1), load: PLAIN },
  {
    name: 'whole program, 2 gateway processes',
    start: (port) => startProgram(port, 2),
    load: PLAIN,
  },
];
