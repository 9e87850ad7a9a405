import type { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import {
  CompareReply,
  CompareRequest,
  JudgeFailurePage,
  JudgeFailuresQuery,
  JudgeSettings,
  JudgesReply,
  type PreviewReply,
  type PreviewRequest,
  RetriedReply,
} from '../contract/judges.ts';
import type { Clock } from '../core/clock.ts';
import type { App } from '../core/http.ts';
import type { NewId } from '../core/ids.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import type { Pricer } from '../pricing/price.ts';
import type { Database, Queryable } from '../store/database.ts';
import { backfillRoutes } from './backfill-routes.ts';
import { rubricRoutes } from './rubric-routes.ts';
import { type JudgeDefaults, storeSettings } from './settings.ts';
import { judgesStatus } from './status.ts';
import { listSetAside, retryTasks } from './tasks.ts';

export interface JudgeRoutesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly defaults: JudgeDefaults;
  readonly price: () => Promise<Pricer>;
  /** Whether this installation reaches a gateway to ask models through. */
  readonly reachesGateway: () => boolean;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
  /** Asks where it does not hold up requests. Throws AppError. */
  preview(projectId: string, request: z.infer<typeof PreviewRequest>): Promise<PreviewReply>;
  compare(projectId: string, request: z.infer<typeof CompareRequest>): Promise<CompareReply>;
  /** There may be something to judge. */
  nudge(): void;
}

const tags = ['judges'];
const read = { scope: 'read' } as const;
const admin = { scope: 'admin' } as const;

/** Judges: how they fare, what they may spend, what failed; rubrics; backfills. */
export function judgeRoutes(app: App, deps: JudgeRoutesDeps): void {
  statusRoutes(app, deps);
  failureRoutes(app, deps);
  rubricRoutes(app, deps);
  backfillRoutes(app, deps);
}

function status(deps: JudgeRoutesDeps, projectId: string): Promise<JudgesReply> {
  const { database, clock, defaults } = deps;
  const reachesGateway = deps.reachesGateway();
  return judgesStatus({ database, defaults, reachesGateway, now: () => clock.now() }, projectId);
}

function statusRoutes(app: App, deps: JudgeRoutesDeps): void {
  app.get(
    '/api/v1/judges',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: JudgesReply },
        tags,
        summary: 'How judges fare today: budget, queue, failures, unreadable replies',
      },
    },
    ({ auth }) => status(deps, auth.projectId),
  );
  app.put(
    '/api/v1/judges/settings',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: JudgeSettings,
        response: { 200: JudgesReply },
        tags,
        summary: 'Sets the daily budget, the pace and the usual model of judges',
      },
    },
    async ({ auth, body }) => {
      const { projectId, actor } = auth;
      await deps.database.transaction(async (tx) => {
        await storeSettings(tx, { projectId, at: new Date(deps.clock.now()) }, body);
        await tx.query(
          'update judge_spending set exhausted_at = null where project_id = $1 and exhausted_at is not null',
          [projectId],
        );
        await deps.recordDeed(tx, {
          ...{ projectId, actor, action: 'judges.settings', target: 'judges' },
          details: { dailyBudgetMicroUsd: body.dailyBudgetMicroUsd },
        });
      });
      deps.nudge();
      return await status(deps, projectId);
    },
  );
  app.post(
    '/api/v1/judges/compare',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: CompareRequest,
        response: { 200: CompareReply },
        tags,
        summary: 'Asks a judge which of two answers is better, in both orders',
      },
    },
    ({ auth, body }) => deps.compare(auth.projectId, body),
  );
}

function failureRoutes(app: App, { database, nudge }: JudgeRoutesDeps): void {
  app.get(
    '/api/v1/judges/failures',
    {
      config: read,
      schema: {
        querystring: JudgeFailuresQuery,
        response: { 200: JudgeFailurePage },
        tags,
        summary: 'Judgings that failed for good, with what the judge wrote',
      },
    },
    async ({ auth, query }) => {
      const after = fromCursor(query.cursor);
      const rows = await listSetAside(database, auth.projectId, { limit: query.limit + 1, after });
      const page = cutPage(rows, query.limit, ({ setAsideAt, id }) => ({ at: setAsideAt, id }));
      const items = page.items.map((row) => ({
        ...row,
        interactionCreatedAt: row.interactionCreatedAt.toISOString(),
        setAsideAt: row.setAsideAt.toISOString(),
      }));
      return { ...page, items };
    },
  );
  app.post(
    '/api/v1/judges/failures/retry',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        response: { 200: RetriedReply },
        tags,
        summary: 'Asks anew about everything that failed',
      },
    },
    async ({ auth }) => {
      const retried = await retryTasks(database, auth.projectId);
      nudge();
      return { retried };
    },
  );
}
