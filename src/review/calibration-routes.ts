import {
  CalibrationBar,
  CalibrationBarChange,
  CalibrationBarQuery,
  CalibrationDetail,
  CalibrationDetailQuery,
  CalibrationQuery,
  CalibrationReply,
} from '../contract/calibration.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import { askedRange, type TimeRange } from '../core/time-range.ts';
import type { Database, Queryable } from '../store/database.ts';
import { calibrateAll, calibrateOne, writeBar } from './calibration.ts';

export interface CalibrationRouteDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Writes the audit log. */
  readonly recordDeed: (
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ) => Promise<void>;
}

const tags = ['calibration'];
const config = { scope: 'read' } as const;
const DEFAULT_DAYS = 90;
const DAY_MS = 86_400_000;

/** How well evaluators agree with people, and what that has to be. */
export function calibrationRoutes(app: App, deps: CalibrationRouteDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/calibration',
    {
      config,
      schema: {
        querystring: CalibrationQuery,
        response: { 200: CalibrationReply },
        tags,
        summary: 'Evaluators against labels of people',
      },
    },
    ({ auth, query }) =>
      calibrateAll(database, { ...query, ...placeOf(auth.projectId, query, clock.now()) }),
  );
  app.get(
    '/api/v1/calibration/detail',
    {
      config,
      schema: {
        querystring: CalibrationDetailQuery,
        response: { 200: CalibrationDetail },
        tags,
        summary: 'One evaluator against labels, by language, model and threshold',
      },
    },
    ({ auth, query }) =>
      calibrateOne(database, { ...query, ...placeOf(auth.projectId, query, clock.now()) }),
  );
  app.put(
    '/api/v1/calibration/bar',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: CalibrationBarQuery,
        body: CalibrationBarChange,
        response: { 200: CalibrationBar },
        tags,
        summary: 'Sets what an evaluator has to reach before it may page anybody',
      },
    },
    async ({ auth, body }) => {
      const { projectId, actor } = auth;
      await database.transaction(async (tx) => {
        await writeBar(tx, { projectId, at: new Date(clock.now()) }, body);
        await deps.recordDeed(tx, { projectId, actor, action: 'calibration.bar', details: body });
      });
      return body;
    },
  );
}

function placeOf(
  projectId: string,
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): { projectId: string; range: TimeRange } {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const from = query.from ?? new Date(toMs - DEFAULT_DAYS * DAY_MS).toISOString();
  return { projectId, range: askedRange({ ...query, from }, nowMs) };
}
