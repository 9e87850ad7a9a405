import { recordDeed } from './access/audit.ts';
import { alertRoutes } from './alerting/alert-routes.ts';
import { readPrometheusAlerts } from './alerting/alerts/prometheus-alerts.ts';
import { alertingJobs } from './alerting/jobs.ts';
import { legacyAlertRoutes } from './alerting/legacy-alert-routes.ts';
import { loadChannel } from './alerting/notify/channel-row.ts';
import { runAlerting } from './alerting/run-alerting.ts';
import type { Parts } from './app.ts';
import { backgroundSendThrough } from './channel-parts.ts';
import { ChannelError } from './channels/channel.ts';
import type { Clock } from './core/clock.ts';
import type { Config } from './core/config.ts';
import type { App } from './core/http.ts';
import type { NewId } from './core/ids.ts';
import type { Log } from './core/log.ts';
import type { Metrics } from './core/metrics.ts';
import type { Database } from './store/database.ts';
import type { JobDefinition } from './store/jobs.ts';

/** Alerts, silences and deliveries, for the main thread; the background thread tells and delivers. */
export function alertFeature(app: App, parts: Parts): void {
  const { store, clock, newId, config } = parts;
  const url = config.PROMETHEUS_URL;
  legacyAlertRoutes(app, {
    database: store.database,
    clock,
    prometheusAlerts: () => readPrometheusAlerts({ url, fetch, clock }),
  });
  alertRoutes(app, {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
  });
}

/** Alerting in the background thread: begins at `start`, tells and delivers until `stop`. */
export interface BackgroundAlerting {
  readonly jobs: readonly JobDefinition[];
  start(): void;
  stop(): Promise<void>;
}

/** How the background thread tells what is due and delivers what waits. */
export function openAlerting(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly config: Config;
}): BackgroundAlerting {
  const { database, metrics } = deps;
  const sendThrough = backgroundSendThrough(deps);
  let running: ReturnType<typeof runAlerting> | null = null;
  return {
    jobs: alertingJobs(deps),
    start(): void {
      running ??= runAlerting({
        ...deps,
        random: Math.random,
        metrics: metrics.alerting,
        async send(channelId, message, messageId): Promise<void> {
          const channel = await loadChannel(database, channelId);
          if (channel === null) {
            throw new ChannelError('The channel is gone.', { retryable: false });
          }
          await sendThrough(channel, message, messageId);
        },
      });
    },
    stop: async (): Promise<void> => running?.stop(),
  };
}
