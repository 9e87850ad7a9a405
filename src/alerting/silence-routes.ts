import { z } from 'zod';
import { NewSilence, Silence, SilencePage, SilenceQuery } from '../contract/alerts.ts';
import { Id, ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import {
  createSilence,
  expireSilence,
  listSilences,
  readSilence,
  removeSilence,
} from './alerts/silences.ts';
import { type ManageDeps, onDuty } from './manage-deps.ts';

const tags = ['alerts'];
const read = { scope: 'read' } as const;
const write = { scope: 'ingest' } as const;
const One = z.object({ id: Id });
const ofOne = { params: One, querystring: ProjectQuery, tags };

/** Silences and maintenance windows: list, one, create, end, remove. */
export function silenceRoutes(app: App, deps: ManageDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/silences',
    {
      config: read,
      schema: {
        querystring: SilenceQuery,
        response: { 200: SilencePage },
        tags,
        summary: 'Silences and maintenance windows, newest first',
      },
    },
    ({ auth, query }) => listSilences(database, auth.projectId, { query, nowMs: clock.now() }),
  );
  app.get(
    '/api/v1/silences/:id',
    {
      config: read,
      schema: { ...ofOne, response: { 200: Silence }, summary: 'One silence' },
    },
    ({ auth: { projectId }, params: { id } }) =>
      readSilence(database, { projectId, id }, clock.now()),
  );
  changeRoutes(app, deps);
}

function changeRoutes(app: App, deps: ManageDeps): void {
  app.post(
    '/api/v1/silences',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: NewSilence,
        response: { 201: Silence },
        tags,
        summary: 'Keeps alerts quiet that match, once or in a weekly window',
      },
    },
    async ({ auth, body }, reply) =>
      reply.code(201).send(await createSilence(deps, onDuty(auth), body)),
  );
  app.post(
    '/api/v1/silences/:id/expire',
    {
      config: write,
      schema: { ...ofOne, response: { 200: Silence }, summary: 'Ends a silence now' },
    },
    ({ auth, params: { id } }) => expireSilence(deps, onDuty(auth), id),
  );
  app.delete(
    '/api/v1/silences/:id',
    {
      config: write,
      schema: { ...ofOne, response: { 204: z.null() }, summary: 'Removes a silence' },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeSilence(deps, onDuty(auth), id);
      return reply.code(204).send(null);
    },
  );
}
