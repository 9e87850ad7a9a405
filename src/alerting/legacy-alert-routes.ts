import { ProjectQuery } from '../contract/common.ts';
import {
  LegacyAlertHistory,
  LegacyAlertsQuery,
  LegacyNotificationStats,
} from '../contract/legacy-alerts.ts';
import type { Clock } from '../core/clock.ts';
import type { App, Auth } from '../core/http.ts';
import type { Database } from '../store/database.ts';
import { alertHistory } from './alerts/alert-history.ts';
import type { PrometheusAnswer } from './alerts/prometheus-alerts.ts';
import { notificationStats } from './outbox/notification-stats.ts';

const config = { scope: 'read' } as const;
const tags = ['LLM-Quality-Observer'];

export interface LegacyAlertDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** What Prometheus alerts about at the moment; it watches the whole installation. */
  prometheusAlerts(): Promise<PrometheusAnswer>;
}

/** The endpoints of LLM-Quality-Observer about alerts and notifications, with their field names. */
export function legacyAlertRoutes(app: App, deps: LegacyAlertDeps): void {
  const { database, clock } = deps;
  app.get(
    '/alerts/history',
    {
      config,
      schema: {
        querystring: LegacyAlertsQuery,
        response: { 200: LegacyAlertHistory },
        tags,
        summary: 'Alerts of Prometheus and of the program, with their ends',
      },
    },
    async ({ auth, query }) => {
      const answer = await askPrometheus(deps, auth);
      const active = answer.status === 'ok' ? answer.alerts : [];
      const of = { query, active, nowMs: clock.now() };
      const history = await alertHistory(database, auth.projectId, of);
      const message = 'message' in answer ? answer.message : null;
      return { ...history, prometheus: { status: answer.status, message } };
    },
  );
  app.get(
    '/notifications/stats',
    {
      config,
      schema: {
        querystring: ProjectQuery,
        response: { 200: LegacyNotificationStats },
        tags,
        summary: 'Messages that arrived, by channel and type',
      },
    },
    ({ auth }) => notificationStats(database, auth.projectId),
  );
}

/** Prometheus knows the installation, not projects: only those who may read its metrics see its alerts. */
async function askPrometheus(
  deps: LegacyAlertDeps,
  auth: Auth,
): Promise<PrometheusAnswer | { readonly status: 'forbidden'; readonly message: string }> {
  if (auth.scopes.has('metrics')) return await deps.prometheusAlerts();
  return { status: 'forbidden', message: 'Alerts of Prometheus need scope metrics.' };
}
