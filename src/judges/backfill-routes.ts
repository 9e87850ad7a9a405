import type { z } from 'zod';
import { PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  BackfillChange,
  BackfillEstimate,
  BackfillParams,
  JudgeBackfill,
  JudgeBackfillPage,
  NewJudgeBackfill,
} from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import {
  addBackfill,
  type BackfillQuestion,
  changeBackfill,
  estimateBackfill,
  listBackfills,
} from './backfill.ts';
import type { JudgeRoutesDeps } from './routes.ts';
import { needRubric } from './rubric-store.ts';
import { readJudging } from './settings.ts';

const tags = ['judges'];
const admin = { scope: 'admin' } as const;

/** Judging of what is stored already: what it would cost, begin, pause, resume, cancel, progress. */
export function backfillRoutes(app: App, deps: JudgeRoutesDeps): void {
  estimateRoute(app, deps);
  listRoute(app, deps);
  changeRoutes(app, deps);
}

async function questionOf(
  { database, defaults }: JudgeRoutesDeps,
  projectId: string,
  wanted: z.infer<typeof NewJudgeBackfill>,
): Promise<BackfillQuestion> {
  if (Date.parse(wanted.filter.from) >= Date.parse(wanted.filter.to)) {
    throw new AppError('invalid_request', 'from must be before to.');
  }
  const rubric = await needRubric(database, { projectId, name: wanted.rubric });
  const judging = (await readJudging(database, [projectId], defaults)).get(projectId);
  if (judging === undefined) throw new AppError('not_found', 'There is no such project.');
  return { projectId, rubric, judging, wanted };
}

function estimateRoute(app: App, deps: JudgeRoutesDeps): void {
  app.post(
    '/api/v1/judges/backfills/estimate',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: NewJudgeBackfill,
        response: { 200: BackfillEstimate },
        tags,
        summary: 'How many interactions a backfill would judge, and what it may cost at most',
      },
    },
    async ({ auth, body }) => {
      const question = await questionOf(deps, auth.projectId, body);
      const found = await estimateBackfill(deps, question);
      const { interactions, perInteractionMicroUsd: each } = found;
      return {
        ...found,
        costMicroUsd: each === null ? null : each * interactions,
        dailyBudgetMicroUsd: question.judging.settings.dailyBudgetMicroUsd,
      };
    },
  );
}

function listRoute(app: App, { database }: JudgeRoutesDeps): void {
  app.get(
    '/api/v1/judges/backfills',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery.extend(PageQuery.shape),
        response: { 200: JudgeBackfillPage },
        tags,
        summary: 'Backfills with their progress, newest first',
      },
    },
    async ({ auth, query }) => {
      const after = fromCursor(query.cursor);
      const rows = await listBackfills(database, auth.projectId, { limit: query.limit + 1, after });
      return cutPage(rows, query.limit, ({ createdAt, id }) => ({ at: new Date(createdAt), id }));
    },
  );
}

function changeRoutes(app: App, deps: JudgeRoutesDeps): void {
  const { database, newId, clock } = deps;
  app.post(
    '/api/v1/judges/backfills',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: NewJudgeBackfill,
        response: { 201: JudgeBackfill },
        tags,
        summary: 'Begins a backfill within the daily budget',
      },
    },
    async ({ auth, body }, reply) => {
      const { projectId, actor } = auth;
      const question = await questionOf(deps, projectId, body);
      const id = newId();
      const backfill = await database.transaction(async (tx) => {
        const details = { rubric: body.rubric };
        await deps.recordDeed(tx, {
          projectId,
          actor,
          action: 'backfill.create',
          target: id,
          details,
        });
        return await addBackfill(tx, { id, actor, at: new Date(clock.now()) }, question);
      });
      deps.nudge();
      return reply.code(201).send(backfill);
    },
  );
  app.patch(
    '/api/v1/judges/backfills/:id',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        params: BackfillParams,
        body: BackfillChange,
        response: { 200: JudgeBackfill },
        tags,
        summary: 'Pauses, resumes or cancels a backfill',
      },
    },
    async ({ auth, params, body }) => {
      const { projectId, actor } = auth;
      const { id } = params;
      const { state } = body;
      const backfill = await database.transaction(async (tx) => {
        const details = { state };
        await deps.recordDeed(tx, {
          projectId,
          actor,
          action: 'backfill.change',
          target: id,
          details,
        });
        return await changeBackfill(tx, { projectId, id, state });
      });
      deps.nudge();
      return backfill;
    },
  );
}
