import { recordDeed } from './access/audit.ts';
import { monitorRoutes } from './alerting/monitor-routes.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';

/** Monitors, for the main thread; they are looked at in the background thread. */
export function monitorFeature(app: App, parts: Parts): void {
  const { store, clock, newId } = parts;
  monitorRoutes(app, {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
    // Nothing opens alerts yet.
    endAlerts: async () => undefined,
  });
}
