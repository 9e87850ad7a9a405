import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  CompareReply,
  ErrorsReply,
  LedgerReply,
  ScoresReply,
  SummaryReply,
  TrendsReply,
} from '../../contract/analytics.ts';
import type { AvailabilityReply } from '../../contract/routing.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { chooseInterval } from '../time-range.ts';

/** A question about the project and the range on the page. */
function useQuestion<Reply>(name: string, extra: Readonly<Record<string, string>> = {}) {
  const { project, range } = useScope();
  const query = { project: project.slug, from: range.from, to: range.to, ...extra };
  return useQuery({
    queryKey: ['analytics', name, query],
    queryFn: ({ signal }) => callApi<Reply>(`/api/v1/analytics/${name}`, { query, signal }),
    placeholderData: keepPreviousData,
  });
}

export function useSummary() {
  return useQuestion<SummaryReply>('summary');
}

export function useTrends() {
  const { range } = useScope();
  return useQuestion<TrendsReply>('trends', { interval: chooseInterval(range) });
}

/** The trends of the range before the one on the page, equally long; asked only when wanted. */
export function useTrendsBefore(wanted: boolean) {
  const { project, range } = useScope();
  const lengthMs = Date.parse(range.to) - Date.parse(range.from);
  const query = {
    project: project.slug,
    from: new Date(Date.parse(range.from) - lengthMs).toISOString(),
    to: range.from,
    interval: chooseInterval(range),
  };
  const asked = useQuery({
    queryKey: ['analytics', 'trends', query],
    queryFn: ({ signal }) => callApi<TrendsReply>('/api/v1/analytics/trends', { query, signal }),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
  return wanted && asked.data !== undefined ? { reply: asked.data, shiftMs: lengthMs } : null;
}

/** Models side by side, and all with one of them where it is named. */
export function useCompare(baseline?: { model: string; provider: string | undefined }) {
  return useQuestion<CompareReply>('compare', {
    ...(baseline !== undefined && { baseline: baseline.model }),
    ...(baseline?.provider !== undefined && { baselineProvider: baseline.provider }),
  });
}

export function useAvailability() {
  const { range } = useScope();
  return useQuestion<AvailabilityReply>('availability', { interval: chooseInterval(range) });
}

export function useErrorTypes() {
  return useQuestion<z.infer<typeof ErrorsReply>>('errors');
}

export function useScores() {
  return useQuestion<ScoresReply>('scores');
}

const LEDGER_EVERY_MS = 10_000;

/** Where every accepted record is; asked again by itself because it moves without new calls. */
export function useLedger() {
  const { project, anchor } = useScope();
  return useQuery({
    queryKey: ['ledger', project.slug, anchor],
    queryFn: ({ signal }) =>
      callApi<LedgerReply>('/api/v1/ledger', { query: { project: project.slug }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LEDGER_EVERY_MS,
  });
}
