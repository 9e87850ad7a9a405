import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExchangeRecord } from '../../src/ingest/spool-record.ts';
import { type CallerView, call } from './caller.ts';
import {
  type FaultGateway,
  providerEntry,
  type RoutePlan,
  startFaultGateway,
} from './fault-gateway.ts';
import { type FaultProvider, startFaultProvider } from './fault-provider.ts';
import { printTable } from './print-table.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { type Evidence, type Score, score } from './score.ts';
import { TIMING } from './timing.ts';

const { patienceMs } = TIMING;
const ALIVE = 'alive';

/** Faults that strike when the caller has words already, unless it wants a stream only when it is whole. */
const MID_STREAM = new Set(['S08', 'S09', 'S14']);
const LIVE_SCENARIOS: readonly Scenario[] = SCENARIOS.filter(({ id }) => MID_STREAM.has(id)).map(
  (scenario) => ({ ...scenario, id: `${scenario.id}-live`, title: `${scenario.title}, sent live` }),
);
const ALL_SCENARIOS = [...SCENARIOS, ...LIVE_SCENARIOS];

/** A route of its own for each scenario: what one does to its breaker is nothing to the others. */
function routeOf({ id, model, fallback }: Scenario): RoutePlan {
  const timeouts = { connectMs: 2000, firstByteMs: patienceMs, idleMs: patienceMs, totalMs: null };
  return {
    name: `route-${id}`,
    targets: [
      { providerId: id, model, timeouts },
      { providerId: id, model: fallback, timeouts },
    ],
    policy: {
      breaker: {
        enabled: true,
        windowSeconds: 60,
        minCalls: 20,
        errorRate: 0.5,
        consecutiveFailures: 5,
        openSeconds: TIMING.breakerOpenSeconds,
        halfOpenProbes: 1,
      },
    },
  };
}

describe('given the sixteen faults of Failover Bench', () => {
  let provider: FaultProvider;
  let gateway: FaultGateway;
  let records: readonly ExchangeRecord[];
  const found = new Map<string, { readonly evidence: Evidence; readonly score: Score }>();

  beforeAll(async () => {
    provider = await startFaultProvider(TIMING);
    gateway = await startFaultGateway({
      providers: [...ALL_SCENARIOS.map(({ id }) => id), ALIVE].map((id) =>
        providerEntry({ id, baseUrl: provider.baseUrl }),
      ),
      routes: [
        ...ALL_SCENARIOS.map(routeOf),
        { name: ALIVE, targets: [{ providerId: ALIVE, model: 'good-model' }] },
      ],
    });
    // Side by side: each has routes, providers and log lines of its own.
    await Promise.all(
      ALL_SCENARIOS.map(async (scenario) => {
        const evidence = await play(scenario);
        const { checks, right } = scenario;
        found.set(scenario.id, { evidence, score: score(evidence, checks, right) });
      }),
    );
    records = await gateway.records();
  }, 200_000);

  afterAll(async () => {
    printTable(
      `Failover Bench, rebuilt (${process.env['FAULT_PROFILE'] ?? 'fast'})`,
      ALL_SCENARIOS.map(({ id, title }) => {
        const one = found.get(id);
        if (one === undefined) return [id, title, 'not run', '', '', ''];
        const { evidence } = one;
        const tries = `${evidence.primary.length} + ${evidence.fallback.length}`;
        const seconds = (evidence.caller.elapsedMs / 1000).toFixed(1);
        return [id, title, one.score.verdict, tries, `${seconds} s`, one.score.why];
      }),
    );
    await gateway.close();
    await provider.close();
  });

  async function play(scenario: Scenario): Promise<Evidence> {
    if (scenario.isRow) provider.beginOutage();
    const startedAt = performance.now();
    const startedAtMs = provider.nowMs();
    const calls: { atMs: number; view: CallerView }[] = [];
    for (let index = 0; index < (scenario.isRow ? TIMING.flapCalls : 1); index += 1) {
      const due = startedAt + index * TIMING.flapEveryMs;
      await sleep(Math.max(0, due - performance.now()));
      const atMs = performance.now() - startedAt;
      calls.push({ atMs, view: await ask(`route-${scenario.id}`, scenario) });
    }
    const caller = calls.at(-1)?.view;
    if (caller === undefined) throw new Error('Nothing was called.');
    const alive = await ask(ALIVE, { id: `${scenario.id}-alive`, maxMs: 10_000 });
    return {
      caller,
      calls: scenario.isRow ? calls : [],
      primary: provider.tries(scenario.id, scenario.model),
      fallback: provider.tries(scenario.id, scenario.fallback),
      aliveAfter: alive.outcome === 'success' && alive.complete,
      startedAtMs,
    };
  }

  function ask(model: string, { id, maxMs }: Pick<Scenario, 'id' | 'maxMs'>): Promise<CallerView> {
    const { url, key } = gateway;
    // What broke in its middle can only be made anew while nobody has seen it.
    return call({ url, key, model, scenario: id, maxMs, whole: !id.includes('-live') });
  }

  it.each(SCENARIOS)('passes $id: $title', ({ id }) => {
    expect(found.get(id)?.score).toEqual({ verdict: 'pass', why: '' });
  });

  it.each(LIVE_SCENARIOS)('is at least safe in $id: $title', ({ id }) => {
    expect(found.get(id)?.score.verdict).toBe('safe');
  });

  it('records every call once, with each of its tries', () => {
    const calls = ALL_SCENARIOS.length - 1 + TIMING.flapCalls + ALL_SCENARIOS.length;
    expect(records).toHaveLength(calls);
    for (const { id, model, fallback } of ALL_SCENARIOS) {
      const tries = records
        .filter(({ handling }) => handling?.route === `route-${id}`)
        .flatMap(({ attempts }) => attempts);
      const seen = [...provider.tries(id, model), ...provider.tries(id, fallback)];
      expect(tries).toHaveLength(seen.length);
      expect(tries.filter((attempt) => attempt.model === model)).toHaveLength(
        provider.tries(id, model).length,
      );
    }
    expect(gateway.inFlight.size).toBe(0);
  });
});
