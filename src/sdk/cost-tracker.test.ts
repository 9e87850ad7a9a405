import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CostTracker, type InferenceToLog } from './cost-tracker.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const HOUR = 3_600_000;

/** A tracker whose clock is told. */
function tracked(maxCalls?: number): { tracker: CostTracker; wait(ms: number): void } {
  let nowMs = NOON;
  const tracker = new CostTracker({
    now: () => nowMs,
    ...(maxCalls !== undefined && { maxCalls }),
  });
  return {
    tracker,
    wait: (ms: number): void => {
      nowMs += ms;
    },
  };
}

const call = (model: string, promptTokens: number, completionTokens: number): InferenceToLog => ({
  model,
  promptTokens,
  completionTokens,
});

describe('what a call costs', () => {
  it('comes from the price list', () => {
    const { tracker } = tracked();
    expect(tracker.logInference(call('gpt-4', 1000, 500))).toMatchObject({
      totalTokens: 1500,
      costUsd: 0.06,
    });
  });

  it('comes from the caller where they know better', () => {
    const { tracker } = tracked();
    const logged = tracker.logInference({ ...call('my-own', 200, 100), costPerToken: 0.00001 });
    expect(logged.costUsd).toBeCloseTo(0.003, 12);
  });

  it('is not known for a model without a price', () => {
    const { tracker } = tracked();
    expect(tracker.logInference(call('nobody-knows-this', 100, 100)).costUsd).toBeNull();
    expect(tracker.getCostAnalysis()).toMatchObject({ requestCount: 1, unpricedRequests: 1 });
  });

  it('is refused for tokens that are no count', () => {
    const { tracker } = tracked();
    for (const tokens of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => tracker.logInference(call('gpt-4', tokens, 1))).toThrow(RangeError);
    }
  });
});

describe('an analysis', () => {
  it('of nothing is empty', () => {
    expect(tracked().tracker.getCostAnalysis('24h')).toEqual({
      timePeriod: '24h',
      totalCostUsd: 0,
      avgCostPerRequest: 0,
      mostExpensiveOperations: [],
      optimizationSuggestions: [],
      projectedMonthlyCost: 0,
      requestCount: 0,
      unpricedRequests: 0,
    });
  });

  it('is over the window that was asked for', () => {
    const { tracker, wait } = tracked();
    tracker.logInference(call('gpt-4', 1000, 0));
    wait(5 * 24 * HOUR);
    tracker.logInference(call('gpt-4', 1000, 0));
    wait(2 * HOUR);
    tracker.logInference(call('gpt-4', 1000, 0));
    const counts = (['1h', '24h', '7d', '30d'] as const).map(
      (window) => tracker.getCostAnalysis(window).requestCount,
    );
    expect(counts).toEqual([1, 2, 3, 3]);
  });

  it('projects a month at the pace since the first call', () => {
    const { tracker, wait } = tracked();
    tracker.logInference({ ...call('x', 1, 0), costPerToken: 10 });
    wait(10 * HOUR);
    expect(tracker.getCostAnalysis('24h').projectedMonthlyCost).toBeCloseTo(720);
  });

  it('names the dearest models first and what could cost less', () => {
    const { tracker } = tracked();
    for (let at = 0; at < 10; at += 1) tracker.logInference(call('gpt-4o', 2000, 600));
    tracker.logInference(call('gpt-4o-mini', 10, 10));
    const { mostExpensiveOperations, optimizationSuggestions } = tracker.getCostAnalysis();
    expect(mostExpensiveOperations[0]).toMatch(/^gpt-4o \(\$0\.1\d{3}\)$/);
    expect(optimizationSuggestions.join(' ')).toMatch(/gpt-4o-mini.*1819 tokens.*546 tokens/s);
  });

  it('tells models and users apart, and adds up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ user: fc.constantFrom('a', 'b'), tokens: fc.nat(1e6) })),
        (calls) => {
          const { tracker } = tracked();
          for (const { user, tokens } of calls) {
            tracker.logInference({ ...call('m', tokens, 0), userId: user, costPerToken: 1 });
          }
          const byUser = [...tracker.getCostByUser().values()];
          const sum = byUser.reduce((total, cost) => total + cost, 0);
          expect(sum).toBe(tracker.getCostAnalysis().totalCostUsd);
        },
      ),
    );
  });
});

describe('a budget for the day', () => {
  it.each([
    [59, 'none'],
    [60, 'info'],
    [80, 'warning'],
    [100, 'critical'],
    [150, 'critical'],
  ])('at %s %% is %s', (spent, alertLevel) => {
    const { tracker } = tracked();
    tracker.logInference({ ...call('x', spent, 0), costPerToken: 1 });
    expect(tracker.checkBudgetAlert(100)).toMatchObject({
      alertLevel,
      budgetUsedPct: spent,
      remainingBudget: Math.max(0, 100 - spent),
    });
  });

  it('begins anew at midnight UTC, and can be one user’s', () => {
    const { tracker, wait } = tracked();
    tracker.logInference({ ...call('x', 90, 0), userId: 'ada', costPerToken: 1 });
    expect(tracker.checkBudgetAlert(100, 'ada').alertLevel).toBe('warning');
    expect(tracker.checkBudgetAlert(100, 'bob').costToday).toBe(0);
    wait(13 * HOUR);
    expect(tracker.checkBudgetAlert(100).costToday).toBe(0);
  });

  it('is refused when it is nothing', () => {
    expect(() => tracked().tracker.checkBudgetAlert(0)).toThrow(RangeError);
  });
});

describe('memory', () => {
  it('holds the newest calls alone', () => {
    const { tracker } = tracked(100);
    for (let at = 0; at < 1000; at += 1) tracker.logInference(call('gpt-4', 1, 1));
    expect(tracker.getCostAnalysis().requestCount).toBe(100);
  });
});
