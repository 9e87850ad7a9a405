import { z } from 'zod';
import { Id, ProjectQuery } from '../contract/common.ts';
import {
  ComparedItemPage,
  ComparedItemsQuery,
  CompareQuery,
  DatasetRun,
  DatasetRunPage,
  GateReply,
  GateRequest,
  NewRun,
  RunComparison,
  RunDetail,
  RunEstimate,
  RunEstimateRequest,
  RunEvaluatorsReply,
  RunListQuery,
  RunResultPage,
  RunResultQuery,
} from '../contract/dataset-runs.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { comparedItems, compareRuns } from './compare-runs.ts';
import { estimateRun, type Prices } from './estimate-run.ts';
import { judgeRun } from './gates.ts';
import { findRun, listResults, listRuns, readRun } from './read-runs.ts';
import { createRun, type RunDeps, removeRun, stepRun } from './run-store.ts';

export interface RunRouteDeps extends RunDeps {
  readonly prices: Prices;
}

const tags = ['runs'];
const params = z.object({ id: Id });

/** Runs over datasets: estimate, begin, follow, pause, compare, judge. */
export function runRoutes(app: App, deps: RunRouteDeps): void {
  beginRoutes(app, deps);
  readRoutes(app, deps);
  stepRoutes(app, deps);
  compareRoutes(app, deps);
}

function beginRoutes(app: App, deps: RunRouteDeps): void {
  app.get(
    '/api/v1/runs/evaluators',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: RunEvaluatorsReply },
        tags,
        summary: 'What can score the answers of a run.',
      },
    },
    async ({ auth: { projectId } }) => {
      const items = await deps.evaluators.list(projectId);
      return {
        items: items.map(({ id, title, description, kind, version }) => ({
          id,
          title,
          description,
          kind,
          version,
        })),
      };
    },
  );
  app.post(
    '/api/v1/runs/estimate',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        body: RunEstimateRequest,
        response: { 200: RunEstimate },
        tags,
        summary: 'What a run would ask and cost; nothing is asked.',
      },
    },
    ({ auth: { projectId }, body }) => estimateRun(deps, projectId, body),
  );
  app.post(
    '/api/v1/runs',
    {
      // A run makes calls, so it takes what calls take.
      config: { scope: 'gateway' },
      schema: {
        querystring: ProjectQuery,
        body: NewRun,
        response: { 201: DatasetRun },
        tags,
        summary:
          'Begin a run: every item of a dataset version asked of a model or route, and scored.',
      },
    },
    async ({ auth, body }, reply) => {
      const id = await createRun(deps, auth, body);
      const { projectId } = auth;
      return reply.code(201).send(await findRun(deps.database, { projectId, id }));
    },
  );
}

function readRoutes(app: App, deps: RunRouteDeps): void {
  const { database } = deps;
  app.get(
    '/api/v1/runs',
    {
      config: { scope: 'read' },
      schema: {
        querystring: RunListQuery,
        response: { 200: DatasetRunPage },
        tags,
        summary: 'Runs, newest first.',
      },
    },
    async ({ auth: { projectId }, query }) => {
      const { limit, cursor, dataset = null, status = null } = query;
      const before = cursor ?? null;
      const found = await listRuns(database, {
        projectId,
        dataset,
        status,
        before,
        limit: limit + 1,
      });
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/runs/:id',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 200: RunDetail },
        tags,
        summary: 'One run with its progress and figures.',
      },
    },
    ({ auth: { projectId }, params: { id } }) => readRun(database, { projectId, id }),
  );
  app.get(
    '/api/v1/runs/:id/results',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: RunResultQuery,
        response: { 200: RunResultPage },
        tags,
        summary: 'What each item answered and how it scored, in the order of the items.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { limit, cursor, show } }) => {
      const after = cursor === undefined ? 0 : Number(cursor);
      const found = await listResults(database, { projectId, id, show, after, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.position) : null;
      return { items, nextCursor, estimate: null };
    },
  );
}

const STEPS = {
  pause: 'Pause a run; calls under way end by themselves and are kept.',
  resume: 'Go on with a paused run; with retryFailed also ask failed items again.',
  cancel: 'End a run; what was answered stays.',
} as const;

const StepBody = z.strictObject({ retryFailed: z.boolean().default(false) }).default({
  retryFailed: false,
});

function stepRoutes(app: App, deps: RunRouteDeps): void {
  for (const step of ['pause', 'resume', 'cancel'] as const) {
    app.post(
      `/api/v1/runs/:id/${step}`,
      {
        config: { scope: 'gateway' },
        schema: {
          params,
          querystring: ProjectQuery,
          ...(step === 'resume' ? { body: StepBody } : {}),
          response: { 200: DatasetRun },
          tags,
          summary: STEPS[step],
        },
      },
      async ({ auth, params: { id }, body }) => {
        const { retryFailed } = StepBody.parse(step === 'resume' ? body : undefined);
        await stepRun(deps, auth, { id, step, retryFailed });
        return await findRun(deps.database, { projectId: auth.projectId, id });
      },
    );
  }
  app.delete(
    '/api/v1/runs/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a run with its results; the recorded calls stay.',
      },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeRun(deps, auth, id);
      return reply.code(204).send(null);
    },
  );
}

function compareRoutes(app: App, { database }: RunRouteDeps): void {
  app.get(
    '/api/v1/runs/:id/compare',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: CompareQuery,
        response: { 200: RunComparison },
        tags,
        summary: 'How a run differs from a baseline, by paired tests over the items of both.',
      },
    },
    ({ auth: { projectId }, params: { id }, query: { baseline } }) =>
      compareRuns(database, { projectId, id, baseline }),
  );
  app.get(
    '/api/v1/runs/:id/compare/items',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: ComparedItemsQuery,
        response: { 200: ComparedItemPage },
        tags,
        summary: 'Both answers to each item, the worst changes first.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query }) => {
      const { baseline, metric, show, limit, cursor = '0' } = query;
      const skip = Number(cursor);
      const of = { projectId, id, baseline, metric, show, skip, limit };
      const { items, all } = await comparedItems(database, of);
      const next = skip + items.length;
      return { items, nextCursor: next < all ? String(next) : null, estimate: all };
    },
  );
  app.post(
    '/api/v1/runs/:id/gates',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: ProjectQuery,
        body: GateRequest,
        response: { 200: GateReply },
        tags,
        summary: 'Judge a run that is done by gates, as lqo eval does.',
      },
    },
    ({ auth: { projectId }, params: { id }, body }) => judgeRun(database, { projectId, id }, body),
  );
}
