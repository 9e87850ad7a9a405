import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  Monitor,
  MonitorBacktest,
  MonitorPoints,
  MonitorTemplates,
  NewMonitor,
} from '../../contract/monitors.ts';
import { callApi } from '../api.ts';
import { useScope } from '../frame/scope.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

const LOOK_MS = 15_000;
const POINTS_MS = 60_000;

function pathOf(id: string, rest = ''): string {
  return `/api/v1/monitors/${encodeURIComponent(id)}${rest}`;
}

/** The monitors of the project. */
export function useMonitors() {
  return useProjectQuery<{ items: Monitor[]; nextCursor: string | null }>(
    'monitors',
    '/api/v1/monitors',
    { query: { limit: 200 }, refetchMs: LOOK_MS },
  );
}

export function useMonitor(id: string) {
  return useProjectQuery<Monitor>('monitor', pathOf(id), { refetchMs: LOOK_MS });
}

/** What the monitor observed in the span. */
export function useMonitorPoints(id: string, span: { readonly from: string; readonly to: string }) {
  return useProjectQuery<MonitorPoints>('monitor', pathOf(id, '/points'), {
    query: { ...span },
    refetchMs: POINTS_MS,
  });
}

/** Monitors that need no more than a click. */
export function useMonitorTemplates(enabled: boolean) {
  return useProjectQuery<MonitorTemplates>('monitor templates', '/api/v1/monitors/templates', {
    enabled,
  });
}

export type MonitorBody = z.input<typeof NewMonitor>;

/** The list and what is open. */
const ALL = ['monitors', 'monitor'] as const;

/** Makes a monitor, or changes the one with the id. */
export function useSaveMonitor() {
  return useProjectChange<{ id: string | null; body: MonitorBody }, Monitor>(ALL, ({ id, body }) =>
    id === null
      ? { method: 'POST', path: '/api/v1/monitors', body }
      : { method: 'PUT', path: pathOf(id), body },
  );
}

export function useEnableMonitor(id: string) {
  return useProjectChange<boolean, Monitor>(ALL, (enabled) => ({
    method: 'PATCH',
    path: pathOf(id),
    body: { enabled },
  }));
}

export function useRemoveMonitor(id: string) {
  return useProjectChange<void>(['monitors'], () => ({ method: 'DELETE', path: pathOf(id) }));
}

/** What the last 30 days would have been; nothing is asked without a monitor. The last answer stays while the next is made. */
export function useBacktest(body: MonitorBody | null) {
  const { project } = useScope();
  return useQuery({
    queryKey: ['backtest', project.slug, body],
    queryFn: ({ signal }) =>
      callApi<MonitorBacktest>('/api/v1/monitors/backtest', {
        method: 'POST',
        query: { project: project.slug },
        body,
        signal,
      }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    staleTime: 5 * POINTS_MS,
  });
}
