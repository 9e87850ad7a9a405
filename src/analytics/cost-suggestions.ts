import type { CostSuggestionsReply } from '../contract/costs.ts';
import { type TimeRange, wholeUnits } from '../core/time-range.ts';
import type { Pricer } from '../pricing/price.ts';
import type { Queryable } from '../store/database.ts';
import { suggestionOf, tokenIdeas } from './cost-ideas.ts';
import { repeatIdeas } from './cost-repeats.ts';
import { sampleCalls } from './cost-sample.ts';

/** Smaller savings than this share of what was spent, or than a thousandth of a dollar, are not told. */
const LEAST_SHARE = 0.005;
const LEAST_MICRO_USD = 1000;

/** What could cost less, with what it would have saved on the calls of whole days (UTC), largest first. */
export async function suggestSavings(
  db: Queryable,
  of: { readonly projectId: string; readonly range: TimeRange; readonly price: Pricer },
): Promise<CostSuggestionsReply> {
  const range = wholeUnits(of.range, 'day');
  const sample = await sampleCalls(db, of.projectId, range);
  const tools = { projectId: of.projectId, price: of.price };
  const ideas = [
    ...tokenIdeas(sample.models, tools),
    ...(await repeatIdeas(db, sample.models, { range, tools })),
  ];
  const spent = sample.models
    .flatMap(({ calls }) => calls)
    .reduce((sum, { costMicroUsd }) => sum + costMicroUsd, 0);
  const least = Math.max(LEAST_MICRO_USD, LEAST_SHARE * spent);
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    rowsRead: sample.rowsRead,
    complete: sample.complete,
    suggestions: ideas
      .flatMap((idea) => suggestionOf(idea, least) ?? [])
      .sort((a, b) => (b.saves.value ?? 0) - (a.saves.value ?? 0)),
  };
}
