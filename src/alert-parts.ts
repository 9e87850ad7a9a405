import { recordDeed } from './access/audit.ts';
import { alertRoutes } from './alerting/alert-routes.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';

/** Alerts, silences and deliveries, for the main thread; the background thread tells and delivers. */
export function alertFeature(app: App, parts: Parts): void {
  const { store, clock, newId } = parts;
  alertRoutes(app, {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
  });
}
