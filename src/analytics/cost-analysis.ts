import type { CostSuggestionsReply, LegacyCostAnalysis } from '../contract/costs.ts';
import type { Clock } from '../core/clock.ts';
import { loadPrices } from '../pricing/load-prices.ts';
import { createPricer } from '../pricing/price.ts';
import type { Database } from '../store/database.ts';
import { type DailyBudget, type LegacyWindow, legacyCosts } from './cost-legacy.ts';
import { suggestSavings } from './cost-suggestions.ts';

export interface CostAnalysisDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Where the project's budget for a day stands. */
  dailyBudget(projectId: string): Promise<DailyBudget | null>;
}

/** What a project spends and could save, for everybody who asks every few seconds. */
export interface CostAnalysis {
  /** The cost analysis of llm-monitoring-framework over the window that ends now. */
  analyse(projectId: string, window: LegacyWindow): Promise<LegacyCostAnalysis>;
  /** What would have cost less in the last 30 days; remembered for a minute. */
  suggest(projectId: string): Promise<CostSuggestionsReply>;
}

const DAY_MS = 86_400_000;
const DAYS = 30;

/** The cost analysis of projects; one for the whole program, so that suggestions are computed once. */
export function createCostAnalysis(deps: CostAnalysisDeps): CostAnalysis {
  const suggest = rememberedSuggestions(deps);
  return {
    suggest,
    analyse: async (projectId, window) =>
      legacyCosts(deps.database, {
        projectId,
        window,
        nowMs: deps.clock.now(),
        dailyBudget: await deps.dailyBudget(projectId),
        suggestions: (await suggest(projectId)).suggestions.map(({ title }) => title),
      }),
  };
}

/** Dashboards ask every few seconds, and the answer changes by the day. */
const REMEMBER_MS = 60_000;
const MAX_REMEMBERED = 200;

function rememberedSuggestions({
  database,
  clock,
}: Pick<CostAnalysisDeps, 'database' | 'clock'>): (
  projectId: string,
) => Promise<CostSuggestionsReply> {
  const known = new Map<string, { atMs: number; reply: Promise<CostSuggestionsReply> }>();
  const ask = async (projectId: string): Promise<CostSuggestionsReply> => {
    const nowMs = clock.now();
    const range = { from: new Date(nowMs - (DAYS - 1) * DAY_MS), to: new Date(nowMs) };
    const price = createPricer({ prices: await loadPrices(database) });
    return await suggestSavings(database, { projectId, range, price });
  };
  return (projectId) => {
    const nowMs = clock.monotonic();
    const found = known.get(projectId);
    if (found !== undefined && nowMs - found.atMs < REMEMBER_MS) return found.reply;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const reply = ask(projectId);
    known.set(projectId, { atMs: nowMs, reply });
    // A failure is not remembered.
    reply.catch(() => known.delete(projectId));
    return reply;
  };
}
