import { recordDeed } from './access/audit.ts';
import { settle } from './alerting/alerts/settle.ts';
import { monitorRoutes } from './alerting/monitor-routes.ts';
import { endingVerdicts } from './alerting/monitors/verdicts.ts';
import type { Parts } from './app.ts';
import type { MonitorBacktest } from './contract/monitors.ts';
import type { App } from './core/http.ts';

/** Monitors, for the main thread; they are looked at in the background thread. */
export function monitorFeature(app: App, parts: Parts): void {
  const { store, clock, newId, background } = parts;
  monitorRoutes(app, {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    endAlerts: async (tx, monitor) =>
      settle(tx, parts, await endingVerdicts(tx, monitor, new Date(clock.now()))),
    // The other side is our own background-thread.ts, which answers with this.
    backtest: (projectId, wish) =>
      background.call('backtestMonitor', { projectId, wish }) as Promise<MonitorBacktest>,
  });
}
