import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { recordAll, takeBackAll } from './record.ts';
import { calibrationRoutes } from './review/calibration-routes.ts';
import { reviewRoutes } from './review/routes.ts';

/** People judge answers, and evaluators are judged by them. */
export function reviewFeature(app: App, parts: Parts): void {
  const { store, clock, newId } = parts;
  const { database } = store;
  reviewRoutes(app, { database, clock, newId, record: recordAll, takeBack: takeBackAll });
  calibrationRoutes(app, {
    database,
    clock,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
  });
}
