import { z } from 'zod';
import { Backfill, BackfillListQuery, BackfillPage, NewBackfill } from '../contract/backfills.ts';
import { Id, ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import {
  type BackfillDeed,
  type BackfillDeps,
  changeBackfill,
  findBackfill,
  listBackfills,
  startBackfill,
} from './backfills.ts';

const tags = ['evaluation'];
const One = z.object({ id: Id });

/** Evaluates stored interactions again: start, watch, pause, resume, cancel. */
export function backfillRoutes(app: App, deps: BackfillDeps): void {
  readRoutes(app, deps);
  app.post(
    '/api/v1/evaluation/backfills',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewBackfill,
        response: { 201: Backfill },
        tags,
        summary: 'Evaluates stored interactions again, newest first',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await startBackfill(deps, auth, body)),
  );
  deedRoute(app, deps, 'pause');
  deedRoute(app, deps, 'resume');
  deedRoute(app, deps, 'cancel');
}

function readRoutes(app: App, { database }: BackfillDeps): void {
  app.get(
    '/api/v1/evaluation/backfills',
    {
      config: { scope: 'read' },
      schema: {
        querystring: BackfillListQuery,
        response: { 200: BackfillPage },
        tags,
        summary: 'Backfills, newest first',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, before: cursor ?? null, limit: limit + 1 };
      const found = await listBackfills(database, of);
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/evaluation/backfills/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Backfill },
        tags,
        summary: 'One backfill with its progress',
      },
    },
    ({ auth: { projectId }, params: { id } }) => findBackfill(database, { projectId, id }),
  );
}

const SUMMARIES: Record<BackfillDeed, string> = {
  pause: 'Pauses a backfill; what it did stays',
  resume: 'Goes on with a backfill that was paused or failed',
  cancel: 'Ends a backfill; what it did stays',
};

function deedRoute(app: App, deps: BackfillDeps, deed: BackfillDeed): void {
  app.post(
    `/api/v1/evaluation/backfills/:id/${deed}`,
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Backfill },
        tags,
        summary: SUMMARIES[deed],
      },
    },
    ({ auth, params: { id } }) => changeBackfill(deps, auth, { id, deed }),
  );
}
