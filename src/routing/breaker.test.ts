import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { RouteBreaker } from '../contract/routing.ts';
import { Breaker, type Pass, type Verdict } from './breaker.ts';

const policy = (given: Partial<RouteBreaker> = {}): RouteBreaker => RouteBreaker.parse(given);

/** Sends one call through; false when the breaker holds it back. */
function call(breaker: Breaker, nowMs: number, verdict: Verdict): boolean {
  const pass = breaker.enter(nowMs);
  if (pass !== null) breaker.leave(pass, verdict, nowMs);
  return pass !== null;
}

describe('a breaker', () => {
  it('opens after a row of failures, probes after its time, and closes after good probes', () => {
    const breaker = new Breaker(
      policy({ consecutiveFailures: 3, openSeconds: 30, halfOpenProbes: 2 }),
    );
    for (const verdict of ['failure', 'failure', 'success', 'failure', 'failure'] as const) {
      expect(call(breaker, 0, verdict)).toBe(true);
    }
    expect(breaker.state(0)).toBe('closed');
    call(breaker, 0, 'failure');
    expect([breaker.state(0), breaker.state(29_999)]).toEqual(['open', 'open']);
    expect(call(breaker, 29_999, 'success')).toBe(false);
    expect(breaker.state(30_000)).toBe('half_open');
    call(breaker, 30_000, 'success');
    expect(breaker.state(30_000)).toBe('half_open');
    call(breaker, 30_000, 'success');
    expect(breaker.state(30_000)).toBe('closed');
    expect(breaker.counts(30_000)).toEqual({ all: 0, marked: 0 });
  });

  it('opens by the rate only from enough calls on', () => {
    const breaker = new Breaker(
      policy({ minCalls: 10, errorRate: 0.5, consecutiveFailures: null }),
    );
    for (let at = 0; at < 9; at += 1) call(breaker, 0, at % 2 === 0 ? 'failure' : 'success');
    expect(breaker.state(0)).toBe('closed');
    call(breaker, 0, 'failure');
    expect(breaker.state(0)).toBe('open');
  });

  it('forgets failures that are older than its window', () => {
    const breaker = new Breaker(
      policy({ windowSeconds: 10, minCalls: 4, errorRate: 0.5, consecutiveFailures: null }),
    );
    for (let at = 0; at < 3; at += 1) call(breaker, 0, 'failure');
    call(breaker, 11_000, 'failure');
    expect([breaker.state(11_000), breaker.counts(11_000)]).toEqual([
      'closed',
      { all: 1, marked: 1 },
    ]);
  });

  it('stays open twice as long after each failed probe, up to eight times', () => {
    const breaker = new Breaker(policy({ consecutiveFailures: 1, openSeconds: 10 }));
    call(breaker, 0, 'failure');
    let nowMs = 0;
    const waits = [];
    for (let round = 0; round < 6; round += 1) {
      waits.push(breaker.openUntilMs - nowMs);
      nowMs = breaker.openUntilMs;
      call(breaker, nowMs, 'failure');
    }
    expect(waits).toEqual([10_000, 20_000, 40_000, 80_000, 80_000, 80_000]);
  });

  it('learns nothing from neutral calls, and frees the place of a neutral probe', () => {
    const breaker = new Breaker(
      policy({ consecutiveFailures: 1, openSeconds: 1, halfOpenProbes: 1 }),
    );
    for (let at = 0; at < 50; at += 1) call(breaker, 0, 'neutral');
    expect(breaker.counts(0).all).toBe(0);
    call(breaker, 0, 'failure');
    for (let at = 0; at < 5; at += 1) expect(call(breaker, 1000, 'neutral')).toBe(true);
    expect(breaker.state(1000)).toBe('half_open');
  });

  it('is not moved by calls that began before its last change', () => {
    const breaker = new Breaker(
      policy({ consecutiveFailures: 1, openSeconds: 1, halfOpenProbes: 1 }),
    );
    const early = breaker.enter(0);
    call(breaker, 0, 'failure');
    expect(breaker.state(1000)).toBe('half_open');
    if (early !== null) breaker.leave(early, 'failure', 1000);
    expect(breaker.state(1000)).toBe('half_open');
    expect(call(breaker, 1000, 'success')).toBe(true);
    expect(breaker.state(1000)).toBe('closed');
  });

  it('lets everything pass when it is switched off', () => {
    const breaker = new Breaker(policy({ enabled: false, consecutiveFailures: 1 }));
    for (let at = 0; at < 20; at += 1) expect(call(breaker, 0, 'failure')).toBe(true);
  });

  it('never lets more probes through than allowed before it decides', () => {
    const act = fc.constantFrom('enter', 'success', 'failure', 'neutral');
    const step = fc.record({ passMs: fc.integer({ min: 0, max: 2000 }), act, which: fc.nat() });
    const probes = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(probes, fc.array(step, { maxLength: 200 }), (halfOpenProbes, steps) => {
        const times = { openSeconds: 1, windowSeconds: 5 };
        const breaker = new Breaker(policy({ halfOpenProbes, consecutiveFailures: 2, ...times }));
        const underWay: Pass[] = [];
        let nowMs = 0;
        for (const each of steps) {
          nowMs += each.passMs;
          take(breaker, underWay, { ...each, nowMs });
          expect(probesAtOnce(underWay)).toBeLessThanOrEqual(halfOpenProbes);
        }
      }),
    );
  });
});

function take(
  breaker: Breaker,
  underWay: Pass[],
  { act, which, nowMs }: { act: 'enter' | Verdict; which: number; nowMs: number },
): void {
  if (act === 'enter') {
    const wasOpen = breaker.state(nowMs) === 'open';
    const pass = breaker.enter(nowMs);
    if (wasOpen) expect(pass).toBeNull();
    if (pass !== null) underWay.push(pass);
    return;
  }
  const [pass] = underWay.splice(which % Math.max(1, underWay.length), 1);
  if (pass !== undefined) breaker.leave(pass, act, nowMs);
}

/** Probes under way since the breaker last changed its state. */
function probesAtOnce(underWay: readonly Pass[]): number {
  const latest = Math.max(0, ...underWay.map(({ generation }) => generation));
  return underWay.filter(({ probe, generation }) => probe && generation === latest).length;
}
