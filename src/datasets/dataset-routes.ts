import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  Dataset,
  DatasetChange,
  DatasetPage,
  DatasetVersionPage,
  FileQuery,
  FileReply,
  NewDataset,
} from '../contract/datasets.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import {
  changeDataset,
  createDataset,
  type DatasetDeps,
  findDataset,
  findFile,
  listDatasets,
  listVersions,
  removeDataset,
} from './dataset-store.ts';

const tags = ['datasets'];
const params = z.object({ id: Id });

/** Datasets themselves and their versions. */
export function datasetRoutes(app: App, deps: DatasetDeps): void {
  lists(app, deps);
  one(app, deps);
  changes(app, deps);
}

function lists(app: App, deps: DatasetDeps): void {
  app.get(
    '/api/v1/datasets',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: DatasetPage },
        tags,
        summary: 'The datasets of a project, newest first.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, before: cursor ?? null, limit: limit + 1 };
      const found = await listDatasets(deps.database, of);
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/datasets/by-file',
    {
      config: { scope: 'read' },
      schema: {
        querystring: FileQuery,
        response: { 200: FileReply },
        tags,
        summary: 'The dataset version that is just this file, so that it need not be sent again.',
      },
    },
    async ({ auth: { projectId }, query: { hash } }) => ({
      found: await findFile(deps.database, { projectId, hash }),
    }),
  );
  app.get(
    '/api/v1/datasets/:id/versions',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: PageQuery.extend({
          ...ProjectQuery.shape,
          cursor: z
            .string()
            .regex(/^\d{1,9}$/)
            .optional(),
        }),
        response: { 200: DatasetVersionPage },
        tags,
        summary: 'The versions of a dataset, newest first.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { limit, cursor } }) => {
      const before = cursor === undefined ? null : Number(cursor);
      const found = await listVersions(deps.database, { projectId, id, before, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.version) : null;
      return { items, nextCursor, estimate: null };
    },
  );
}

function one(app: App, deps: DatasetDeps): void {
  app.get(
    '/api/v1/datasets/:id',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 200: Dataset },
        tags,
        summary: 'One dataset.',
      },
    },
    ({ auth: { projectId }, params: { id } }) => findDataset(deps.database, { projectId, id }),
  );
  app.post(
    '/api/v1/datasets',
    {
      config: { scope: 'ingest' },
      schema: {
        querystring: ProjectQuery,
        body: NewDataset,
        response: { 201: Dataset },
        tags,
        summary: 'Make an empty dataset.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await createDataset(deps, auth, body)),
  );
}

function changes(app: App, deps: DatasetDeps): void {
  app.patch(
    '/api/v1/datasets/:id',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ProjectQuery,
        body: DatasetChange,
        response: { 200: Dataset },
        tags,
        summary: 'Name or describe a dataset anew.',
      },
    },
    ({ auth, params: { id }, body }) => changeDataset(deps, auth, { id, change: body }),
  );
  app.delete(
    '/api/v1/datasets/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a dataset with all its versions and runs.',
      },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeDataset(deps, auth, id);
      return reply.code(204).send(null);
    },
  );
}
