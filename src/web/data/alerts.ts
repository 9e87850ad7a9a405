import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Alert, AlertDetail, AlertState, Delivery } from '../../contract/alerts.ts';
import type { Severity } from '../../contract/monitors.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 15_000;
const PAGE = 50;

export interface AlertFilter {
  readonly state?: 'open' | AlertState | undefined;
  readonly severity?: Severity | undefined;
  readonly monitor?: string | undefined;
  readonly search?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

interface Alerts {
  readonly items: readonly Alert[];
  readonly nextCursor: string | null;
  readonly estimate: number | null;
}

/** Alerts that fit, newest first; at most one page of them. */
export function useAlerts(filter: AlertFilter, limit = PAGE) {
  return useProjectQuery<Alerts>('alerts', '/api/v1/alerts', {
    query: { ...filter, limit },
    refetchMs: LOOK_MS,
  });
}

const MOST_OPEN = 200;

/** What is open now, wherever it is shown; asked once for all of them. */
export function useOpenAlerts() {
  return useAlerts({ state: 'open' }, MOST_OPEN);
}

/** Alerts that fit, page by page. */
export function useAlertPages(filter: AlertFilter) {
  const { project } = useScope();
  const query = { ...filter, limit: PAGE, project: project.slug };
  return useInfiniteQuery<Alerts, Error, InfiniteData<Alerts>, unknown[], string | undefined>({
    queryKey: ['alerts', project.slug, 'pages', query],
    queryFn: ({ signal, pageParam }) =>
      callApi<Alerts>('/api/v1/alerts', { query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

function pathOf(id: string, rest = ''): string {
  return `/api/v1/alerts/${encodeURIComponent(id)}${rest}`;
}

export function useAlert(id: string) {
  return useProjectQuery<z.infer<typeof AlertDetail>>('alert', pathOf(id), { refetchMs: LOOK_MS });
}

/** Everything that shows alerts. */
const ALL = ['alerts', 'alert', 'monitors', 'monitor'] as const;

export type AlertStep = 'acknowledge' | 'unacknowledge' | 'note';

/** A word of a person on an alert. */
export function useAlertStep() {
  return useProjectChange<{ id: string; step: AlertStep; note: string }, Alert>(
    ALL,
    ({ id, step, note }) => ({ method: 'POST', path: pathOf(id, `/${step}`), body: { note } }),
  );
}

/** Sends a message once more that was given up. */
export function useRetryDelivery() {
  return useProjectChange<string, Delivery>(['alert', 'deliveries'], (id) => ({
    method: 'POST',
    path: `/api/v1/deliveries/${encodeURIComponent(id)}/retry`,
  }));
}
