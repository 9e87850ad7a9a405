import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { z } from 'zod';
import type {
  Budget,
  BudgetAccount,
  BudgetChange,
  BudgetCrossing,
  NewBudget,
} from '../../contract/budgets.ts';
import type {
  CostGrouping,
  CostInterval,
  CostSuggestionsReply,
  CostsReply,
  NewRepricing,
  Repricing,
  UnpricedReply,
} from '../../contract/costs.ts';
import type { NewPrice, Price } from '../../contract/prices.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

/** What was spent in the range on the page. */
export function useCosts(groupBy: CostGrouping, interval: CostInterval) {
  const { range } = useScope();
  return useProjectQuery<CostsReply>('costs', '/api/v1/analytics/costs', {
    query: { from: range.from, to: range.to, groupBy, interval },
  });
}

/** What would have cost less in the last 30 days. */
export function useSuggestions() {
  return useProjectQuery<CostSuggestionsReply>('costs', '/api/v1/analytics/costs/suggestions');
}

/** Models of the last 30 days without a price. */
export function useUnpriced() {
  return useProjectQuery<UnpricedReply>('costs', '/api/v1/prices/unpriced');
}

/** The project's own prices. */
export function usePrices() {
  return useProjectQuery<{ items: Price[] }>('costs', '/api/v1/prices', { query: { limit: 200 } });
}

/** Adds a price, or changes the one with the id, all of it. */
export function useSavePrice() {
  return useProjectChange<{ id: string | null; body: z.input<typeof NewPrice> }, Price>(
    ['costs'],
    ({ id, body }) =>
      id === null
        ? { method: 'POST', path: '/api/v1/prices', body }
        : { method: 'PUT', path: `/api/v1/prices/${encodeURIComponent(id)}`, body },
  );
}

export function useRemovePrice() {
  return useProjectChange<string>(['costs'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/prices/${encodeURIComponent(id)}`,
  }));
}

const WATCH_MS = 1000;

/** The latest re-pricings; watched while one is under way. */
export function useRepricings(isWatched: boolean) {
  return useProjectQuery<{ items: Repricing[] }>('repricing', '/api/v1/prices/reprice', {
    query: { limit: 5 },
    ...(isWatched ? { refetchMs: WATCH_MS } : {}),
  });
}

/** Asks for everything that costs again when a re-pricing has ended: sums, suggestions, budgets. */
export function useRefreshAfterRepricing(items: readonly Repricing[] | undefined): void {
  const { project } = useScope();
  const client = useQueryClient();
  const ended = items
    ?.filter(({ finishedAt }) => finishedAt !== null)
    .map(({ id }) => id)
    .join(' ');
  const before = useRef(ended);
  useEffect(() => {
    const isNews = before.current !== undefined && before.current !== ended;
    before.current = ended;
    if (!isNews) return;
    for (const name of ['costs', 'budgets'])
      void client.invalidateQueries({ queryKey: [name, project.slug] });
  }, [ended, client, project.slug]);
}

export function useStartRepricing() {
  return useProjectChange<z.input<typeof NewRepricing>, Repricing>(
    ['repricing', 'costs'],
    (body) => ({ method: 'POST', path: '/api/v1/prices/reprice', body }),
  );
}

export function useCancelRepricing() {
  return useProjectChange<string, Repricing>(['repricing', 'costs'], (id) => ({
    method: 'POST',
    path: `/api/v1/prices/reprice/${encodeURIComponent(id)}/cancel`,
  }));
}

/** The budgets with where each stands. */
export function useBudgets() {
  return useProjectQuery<{ items: Budget[] }>('budgets', '/api/v1/budgets', {
    query: { limit: 200 },
    refetchMs: 10_000,
  });
}

/** The accounts of a budget for each key, user or model. */
export function useBudgetAccounts(id: string, enabled: boolean) {
  return useProjectQuery<{ items: BudgetAccount[] }>(
    'budgets',
    `/api/v1/budgets/${encodeURIComponent(id)}/accounts`,
    { query: { limit: 50 }, enabled },
  );
}

/** When budgets went from one level to another, newest first. */
export function useCrossings() {
  return useProjectQuery<{ items: BudgetCrossing[] }>('budgets', '/api/v1/budgets/crossings', {
    query: { limit: 20 },
  });
}

export function useCreateBudget() {
  return useProjectChange<z.input<typeof NewBudget>, Budget>(['budgets'], (body) => ({
    method: 'POST',
    path: '/api/v1/budgets',
    body,
  }));
}

export function useChangeBudget() {
  return useProjectChange<{ id: string; change: BudgetChange }, Budget>(
    ['budgets'],
    ({ id, change }) => ({
      method: 'PATCH',
      path: `/api/v1/budgets/${encodeURIComponent(id)}`,
      body: change,
    }),
  );
}

export function useRemoveBudget() {
  return useProjectChange<string>(['budgets'], (id) => ({
    method: 'DELETE',
    path: `/api/v1/budgets/${encodeURIComponent(id)}`,
  }));
}
