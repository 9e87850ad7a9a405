import { recordDeed } from './access/audit.ts';
import type { Parts } from './app.ts';
import type { DoctorRun } from './contract/doctor.ts';
import type { App } from './core/http.ts';
import { doctorRoutes } from './doctor/routes.ts';

/** `lqo doctor`, for the main thread; the background thread looks. */
export function doctorFeature(app: App, parts: Parts): void {
  const { store, background } = parts;
  doctorRoutes(app, {
    database: store.database,
    // The other side is our own background-thread.ts, which answers with a run.
    run: (order) => background.call('doctor', order) as Promise<DoctorRun>,
    recordDeed: (deed) => recordDeed(store.database, parts, deed),
  });
}
