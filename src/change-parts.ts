import { recordDeed } from './access/audit.ts';
import { alertChangeRoutes } from './alerting/change-routes.ts';
import { changeRoutes } from './analytics/change-routes.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';

/** What changed between two periods or when an alert began, and the markers of what happened. */
export function changeFeature(app: App, parts: Parts): void {
  const { store, clock, newId } = parts;
  const { database } = store;
  changeRoutes(app, {
    database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, { ...deed, details: { ...deed.details } }),
  });
  alertChangeRoutes(app, { database, clock });
}
