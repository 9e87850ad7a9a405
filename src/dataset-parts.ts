import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import type { App } from './core/http.ts';
import { datasetRoutes } from './datasets/dataset-routes.ts';
import type { DatasetDeps } from './datasets/dataset-store.ts';
import { itemRoutes } from './datasets/item-routes.ts';

/** Datasets and the runs over them, for the main thread. */
export function datasetFeature(app: App, parts: Parts): void {
  const { store, clock, newId } = parts;
  const deps: DatasetDeps = {
    database: store.database,
    clock,
    newId,
    recordDeed: (tx, deed) => recordDeed(tx, parts, deed),
  };
  datasetRoutes(app, deps);
  itemRoutes(app, deps);
}
