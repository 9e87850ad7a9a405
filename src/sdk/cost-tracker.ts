import type { Usage } from '../interactions/record.ts';
import { createPricer, type Pricer } from '../pricing/price.ts';
import { savingsOf } from './cost-suggestions.ts';
import type { TrackedCall } from './tracked-call.ts';

export interface InferenceToLog {
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly userId?: string;
  /** US dollars for every token, in place of the price list. */
  readonly costPerToken?: number;
  /** `openai`, `anthropic` …, where a model name has several prices. */
  readonly provider?: string;
}

export type CostWindow = '1h' | '24h' | '7d' | '30d';

export interface CostAnalysis {
  readonly timePeriod: CostWindow;
  readonly totalCostUsd: number;
  /** Over the calls that have a price; 0 without any. */
  readonly avgCostPerRequest: number;
  /** Models by cost, `name ($0.0000)`, five at most. */
  readonly mostExpensiveOperations: readonly string[];
  readonly optimizationSuggestions: readonly string[];
  /** For 30 days, at the pace of the window (or of the part of it since the first call). */
  readonly projectedMonthlyCost: number;
  readonly requestCount: number;
  /** Calls without a price: they are not in the sums. */
  readonly unpricedRequests: number;
}

export interface BudgetAlert {
  /** `info` from 60 %, `warning` from 80 %, `critical` from 100 %. */
  readonly alertLevel: 'none' | 'info' | 'warning' | 'critical';
  readonly budgetUsedPct: number;
  /** Since midnight UTC. */
  readonly costToday: number;
  readonly dailyBudget: number;
  readonly remainingBudget: number;
}

export interface CostTrackerOptions {
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number;
  /** Calls that are kept, the newest; default 10,000. */
  readonly maxCalls?: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WINDOW_MS: Readonly<Record<CostWindow, number>> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};
const MAX_CALLS = 10_000;
const MAX_NAMES = 5;
const LEVELS = [
  ['critical', 100],
  ['warning', 80],
  ['info', 60],
] as const;

/**
 * Counts what calls cost within one process, with the dated price list of the program. In memory: for accounts that
 * outlive the process and hold budgets, send calls through the gateway.
 * Source: `CostTracker` of llm-monitoring-framework; here every window is what it says, users are told apart,
 * and a model without a price costs null, not a made-up amount.
 */
export class CostTracker {
  readonly #now: () => number;
  readonly #maxCalls: number;
  readonly #price: Pricer;
  #calls: TrackedCall[] = [];

  constructor({ now = Date.now, maxCalls = MAX_CALLS }: CostTrackerOptions = {}) {
    this.#now = now;
    this.#maxCalls = maxCalls;
    this.#price = createPricer({ prices: [] });
  }

  /** Tracks a finished call and answers what it cost. Throws RangeError for tokens that are no count. */
  logInference(call: InferenceToLog): TrackedCall {
    const { model, promptTokens, completionTokens, userId } = call;
    for (const tokens of [promptTokens, completionTokens]) {
      if (!Number.isSafeInteger(tokens) || tokens < 0) {
        throw new RangeError(`Token counts are whole numbers from 0 on, not ${tokens}.`);
      }
    }
    const timestamp = new Date(this.#now());
    const tracked = {
      modelName: model,
      promptTokens,
      completionTokens,
      totalTokens: promptTokens + completionTokens,
      costUsd: this.#costOf(call, timestamp),
      userId: userId ?? null,
      timestamp,
    };
    this.#calls.push(tracked);
    if (this.#calls.length > 2 * this.#maxCalls) this.#calls = this.#calls.slice(-this.#maxCalls);
    return tracked;
  }

  #costOf(call: InferenceToLog, at: Date): number | null {
    const { model, promptTokens, completionTokens, costPerToken, provider = '' } = call;
    if (costPerToken !== undefined) return (promptTokens + completionTokens) * costPerToken;
    const usage = usageOf(promptTokens, completionTokens);
    const price = this.#price({ projectId: '', provider, model, usage, at });
    return price === null ? null : price.costMicroUsd / 1_000_000;
  }

  /** What the calls of a window cost, up to now. */
  getCostAnalysis(timePeriod: CostWindow = '24h'): CostAnalysis {
    const calls = this.#within(timePeriod);
    const priced = calls.filter(({ costUsd }) => costUsd !== null);
    const total = sumOf(calls);
    const firstMs = calls[0]?.timestamp.getTime() ?? this.#now();
    const lengthMs = Math.max(HOUR_MS, Math.min(WINDOW_MS[timePeriod], this.#now() - firstMs));
    return {
      timePeriod,
      totalCostUsd: total,
      avgCostPerRequest: priced.length === 0 ? 0 : total / priced.length,
      mostExpensiveOperations: [...this.getCostByModel(timePeriod)]
        .filter(([, cost]) => cost > 0)
        .sort((a, b) => b[1] - a[1])
        .slice(0, MAX_NAMES)
        .map(([model, cost]) => `${model} ($${cost.toFixed(4)})`),
      optimizationSuggestions: savingsOf(calls),
      projectedMonthlyCost: (total * WINDOW_MS['30d']) / lengthMs,
      requestCount: calls.length,
      unpricedRequests: calls.length - priced.length,
    };
  }

  /** US dollars by model. */
  getCostByModel(timePeriod: CostWindow = '24h'): Map<string, number> {
    return sumBy(this.#within(timePeriod), ({ modelName }) => modelName);
  }

  /** US dollars by user; calls without a user under null. */
  getCostByUser(timePeriod: CostWindow = '24h'): Map<string | null, number> {
    return sumBy(this.#within(timePeriod), ({ userId }) => userId);
  }

  /** How much of a budget for the day (UTC) is used; of one user's calls when a user is named. */
  checkBudgetAlert(dailyBudget: number, userId?: string): BudgetAlert {
    if (!(dailyBudget > 0)) throw new RangeError('A budget is more than 0 US dollars.');
    const midnight = Math.floor(this.#now() / DAY_MS) * DAY_MS;
    const today = this.#kept().filter(
      (call) =>
        call.timestamp.getTime() >= midnight && (userId === undefined || call.userId === userId),
    );
    const costToday = sumOf(today);
    const budgetUsedPct = (100 * costToday) / dailyBudget;
    return {
      alertLevel: LEVELS.find(([, from]) => budgetUsedPct >= from)?.[0] ?? 'none',
      budgetUsedPct,
      costToday,
      dailyBudget,
      remainingBudget: Math.max(0, dailyBudget - costToday),
    };
  }

  #within(timePeriod: CostWindow): TrackedCall[] {
    const from = this.#now() - WINDOW_MS[timePeriod];
    return this.#kept().filter(({ timestamp }) => timestamp.getTime() >= from);
  }

  #kept(): TrackedCall[] {
    return this.#calls.slice(-this.#maxCalls);
  }
}

function usageOf(input: number, output: number): Usage {
  return {
    input,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output,
    reasoning: null,
    audioOutput: null,
    source: 'reported',
  };
}

function sumOf(calls: readonly TrackedCall[]): number {
  return calls.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
}

function sumBy<Key>(
  calls: readonly TrackedCall[],
  keyOf: (call: TrackedCall) => Key,
): Map<Key, number> {
  const sums = new Map<Key, number>();
  for (const call of calls) {
    sums.set(keyOf(call), (sums.get(keyOf(call)) ?? 0) + (call.costUsd ?? 0));
  }
  return sums;
}
