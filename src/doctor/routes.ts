import { ProjectQuery } from '../contract/common.ts';
import {
  DoctorPage,
  DoctorQuery,
  DoctorRequest,
  type DoctorRun,
  DoctorRun as DoctorRunReply,
} from '../contract/doctor.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { Queryable } from '../store/database.ts';
import type { DoctorOrder } from './run-doctor.ts';
import { listRuns } from './run-store.ts';

export interface DoctorRouteDeps {
  readonly database: Queryable;
  /** Runs the checks where the records are loaded. */
  readonly run: (order: DoctorOrder) => Promise<DoctorRun>;
  /** Writes what was done to the audit log. */
  readonly recordDeed: (deed: {
    readonly projectId: string;
    readonly actor: string;
    readonly action: string;
    readonly details: Readonly<Record<string, unknown>>;
  }) => Promise<void>;
}

const tags = ['doctor'];

/** `lqo doctor` over HTTP: the last runs, and a run now. */
export function doctorRoutes(app: App, deps: DoctorRouteDeps): void {
  app.get(
    '/api/v1/doctor',
    {
      config: { scope: 'read' },
      schema: {
        querystring: DoctorQuery,
        response: { 200: DoctorPage },
        tags,
        summary: 'The last runs of the checks, newest first.',
      },
    },
    ({ auth, query }) => listRuns(deps.database, auth.projectId, query),
  );
  /** Projects whose checks run at the moment: a second run beside it would only wait for the same things. */
  const running = new Set<string>();
  app.post(
    '/api/v1/doctor',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: DoctorRequest,
        response: { 200: DoctorRunReply },
        tags,
        summary: 'Runs the checks of some groups now; takes up to a minute.',
      },
    },
    async ({ auth, body }) => {
      const { projectId, actor } = auth;
      if (body.asked !== null && auth.kind !== 'local') {
        // Whoever may compare fingerprints may guess at secrets.
        throw new AppError(
          'forbidden',
          'Settings are compared only for the command line beside the program.',
        );
      }
      if (running.has(projectId)) {
        throw new AppError('conflict', 'The checks of this project are running already.');
      }
      running.add(projectId);
      try {
        const run = await deps.run({ ...body, projectId, startedBy: 'person' });
        const details = { groups: run.groups, status: run.status };
        await deps.recordDeed({ projectId, actor, action: 'doctor.run', details });
        return run;
      } finally {
        running.delete(projectId);
      }
    },
  );
}
