import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RunningProgram, startProgram } from '../test/support/program.ts';

/**
 * What evaluation at full speed does to the gateway of the same process: the real program under a light, steady load
 * of calls, in turn with nothing to evaluate and with thousands of interactions that all local evaluators are asked
 * about. Answers event-loop delay of the main thread, latency of the calls, resident memory of the process, and how
 * many interactions are scored a second. Read the ratios: both phases share one machine.
 * `--rounds 3`, `--interactions 4000` a round, `--rate 50` calls a second.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    interactions: { type: 'string', default: '4000' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '10' },
  },
});
const rounds = Number(values.rounds);
const interactions = Number(values.interactions);
const rate = Number(values.rate);
const seconds = Number(values.seconds);
const BATCH = 500;

interface Phase {
  /** Of the main thread's event loop, in ms. */
  readonly delayP50: number;
  readonly delayP99: number;
  /** Of calls through the gateway to the demo model, in ms. */
  readonly callP50: number;
  readonly callP99: number;
  readonly rssMib: number;
  /** Null while nothing is evaluated. */
  readonly perSecond: number | null;
}

const SENTENCES = [
  'The order was shipped on Monday and should arrive within three working days.',
  '환불은 구매일로부터 30일 이내에 신청하실 수 있으며 영수증이 필요합니다.',
  'Refunds are paid to the card that was used for the purchase.',
  '返品をご希望の場合は、商品到着後14日以内にご連絡ください。',
  'You can change the delivery address until the parcel has left our warehouse.',
  '如果您有任何问题，请随时联系我们的客服团队。',
];

function textOf(seed: number, sentences: number): string {
  return Array.from(
    { length: sentences },
    (_, at) => SENTENCES[(seed * 7 + at * 5) % SENTENCES.length],
  ).join(' ');
}

async function api(program: RunningProgram, path: string, body?: string): Promise<Response> {
  const response = await fetch(`${program.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${program.apiKey}`,
      'content-type': path.endsWith('/events') ? 'application/x-ndjson' : 'application/json',
    },
    ...(body === undefined ? {} : { body }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

async function pending(program: RunningProgram): Promise<number> {
  const status = await (await api(program, '/api/v1/evaluation/status')).json();
  return Number((status as { pending: number }).pending);
}

/** Brings interactions in and waits until they wait for evaluation. */
async function fill(program: RunningProgram, round: number): Promise<void> {
  const before = await pending(program);
  for (let n = 0; n < interactions; n += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, at) => {
      const seed = round * interactions + n + at;
      return JSON.stringify({
        event: 'interaction',
        provider: 'bench',
        model: 'bench-model',
        prompt: textOf(seed, 2),
        response: `${textOf(seed + 1, 8)} (${seed})`,
        context: [textOf(seed + 2, 6), textOf(seed + 3, 6)],
        finishReason: 'stop',
        latencyMs: 800,
      });
    });
    await api(program, '/api/v1/events', lines.join('\n'));
  }
  while ((await pending(program)) < before + interactions) await wait(200);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function metrics(program: RunningProgram): Promise<string> {
  return (await api(program, '/metrics')).text();
}

function gauge(text: string, name: string): number {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text);
  return found === null ? Number.NaN : Number(found[1]);
}

async function call(program: RunningProgram, latencies: number[]): Promise<void> {
  const started = performance.now();
  const messages = [{ role: 'user', content: 'What is 6 x 7?' }];
  const body = JSON.stringify({ model: 'demo/good', messages });
  const response = await api(program, '/v1/chat/completions', body);
  await response.text();
  latencies.push(performance.now() - started);
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? Number.NaN) / 1024;
}

/** Calls at a steady rate for as long as `until` takes, and at least the given seconds. */
async function measure(program: RunningProgram, until: Promise<number | null>): Promise<Phase> {
  // A scrape empties the histogram of delays.
  await metrics(program);
  const latencies: number[] = [];
  const underWay = new Set<Promise<void>>();
  const started = performance.now();
  let done: { readonly scored: number | null } | null = null;
  const finished = until.then((scored) => {
    done = { scored };
    return { scored, seconds: (performance.now() - started) / 1000 };
  });
  for (let n = 0; ; n += 1) {
    const due = started + (n * 1000) / rate;
    const now = performance.now();
    if (done !== null && now - started > seconds * 1000) break;
    if (due > now) await wait(due - now);
    const one = call(program, latencies).finally(() => underWay.delete(one));
    underWay.add(one);
  }
  const { scored, seconds: took } = await finished;
  await Promise.all(underWay);
  const text = await metrics(program);
  const sorted = latencies.sort((a, b) => a - b);
  return {
    delayP50: gauge(text, 'nodejs_eventloop_lag_p50_seconds') * 1000,
    delayP99: gauge(text, 'nodejs_eventloop_lag_p99_seconds') * 1000,
    callP50: quantile(sorted, 0.5),
    callP99: quantile(sorted, 0.99),
    rssMib: residentMib(program.process.pid ?? 0),
    perSecond: scored === null ? null : scored / took,
  };
}

/** Scores everything that waits; answers how much that was. */
async function evaluateAll(program: RunningProgram): Promise<number> {
  const reply = await api(program, '/api/v1/evaluation/runs', JSON.stringify({ limit: 10_000 }));
  return Number(((await reply.json()) as { evaluated: number }).evaluated);
}

function median(phases: readonly Phase[], pick: (phase: Phase) => number): number {
  return phases.map(pick).sort((a, b) => a - b)[phases.length >> 1] ?? Number.NaN;
}

const program = await startProgram({
  env: { ENABLE_AUTO_EVALUATION: 'false', LOG_LEVEL: 'error' },
});
const idle: Phase[] = [];
const busy: Phase[] = [];
try {
  // Warms up: threads, code, the first partitions.
  await fill(program, 0);
  await evaluateAll(program);
  await measure(program, Promise.resolve(null));
  for (let round = 1; round <= rounds; round += 1) {
    await fill(program, round);
    idle.push(await measure(program, Promise.resolve(null)));
    busy.push(await measure(program, evaluateAll(program)));
    console.error(`round ${round} of ${rounds}`);
  }
} finally {
  await program.stop();
  program.remove();
}

const FIGURES = [
  ['event-loop delay p50 (ms)', (phase: Phase): number => phase.delayP50],
  ['event-loop delay p99 (ms)', (phase: Phase): number => phase.delayP99],
  ['call p50 (ms)', (phase: Phase): number => phase.callP50],
  ['call p99 (ms)', (phase: Phase): number => phase.callP99],
  ['resident memory (MiB)', (phase: Phase): number => phase.rssMib],
] as const;
const rows = FIGURES.map(([figure, pick]) => {
  const [without, during] = [median(idle, pick), median(busy, pick)];
  return { figure, idle: without, evaluating: during, ratio: during / without };
});
const perSecond = median(busy, (phase) => phase.perSecond ?? Number.NaN);
console.table(
  rows.map(({ figure, ...numbers }) => ({
    figure,
    ...Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, Number(n.toFixed(2))])),
  })),
);
console.log(
  `${Math.round(perSecond)} interactions scored a second, ${rate} calls a second beside it`,
);
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(
  join(import.meta.dirname, 'results', 'evaluation.json'),
  `${JSON.stringify({ cpu: cpus()[0]?.model, cores: cpus().length, rounds, interactions, rate, perSecond, rows, idle, busy }, null, 2)}\n`,
);
