import { Readable } from 'node:stream';
import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  DatasetItemPage,
  FileFormat,
  ImportPreview,
  ImportQuery,
  ImportReply,
  ItemsAdded,
  ItemsFound,
  ItemsFromFilter,
  ItemsFromInteractions,
  NewItems,
  PreviewQuery,
} from '../contract/datasets.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import { hasFilters } from '../interactions/filters.ts';
import { type DatasetDeps, findDataset } from './dataset-store.ts';
import { exportItems } from './export-items.ts';
import { type FoundItems, itemsFromFilter, itemsFromInteractions } from './from-interactions.ts';
import { counted, importFile, readColumns, unpacked } from './import-file.ts';
import { itemContents } from './item-content.ts';
import { addItems, listItems, removeItem } from './item-store.ts';
import { readFile } from './read-file.ts';

const tags = ['datasets'];
const params = z.object({ id: Id });
const Version = z.coerce.number().int().min(0).max(1_000_000_000).optional();

/** The items of datasets: list, add in four ways, take out, and as a file. */
export function itemRoutes(app: App, deps: DatasetDeps): void {
  listRoute(app, deps);
  addRoutes(app, deps);
  interactionRoutes(app, deps);
  removeRoute(app, deps);
  exportRoute(app, deps);
  void app.register((scope: App, _options, done) => {
    fileRoutes(scope, deps);
    done();
  });
}

function listRoute(app: App, deps: DatasetDeps): void {
  app.get(
    '/api/v1/datasets/:id/items',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: PageQuery.extend({
          ...ProjectQuery.shape,
          version: Version,
          cursor: z
            .string()
            .regex(/^\d{1,15}$/)
            .optional(),
        }),
        response: { 200: DatasetItemPage },
        tags,
        summary: 'The items of a version (default: the latest), in their order.',
      },
    },
    async ({ auth: { projectId }, params: { id: datasetId }, query }) => {
      const { limit, cursor, version = null } = query;
      const after = cursor === undefined ? null : Number(cursor);
      const asked = { projectId, datasetId, version, after, limit: limit + 1 };
      const found = await listItems(deps.database, asked);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.position) : null;
      return { items, nextCursor, estimate: null };
    },
  );
}

function addRoutes(app: App, deps: DatasetDeps): void {
  app.post(
    '/api/v1/datasets/:id/items',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ProjectQuery,
        body: NewItems,
        response: { 200: ItemsAdded },
        tags,
        summary: 'Add items, as a new version.',
      },
    },
    ({ auth, params: { id: datasetId }, body }) =>
      addItems(deps, auth, {
        datasetId,
        items: itemContents(body.items),
        mode: 'append',
        fileHash: null,
        note: '',
      }),
  );
}

function interactionRoutes(app: App, deps: DatasetDeps): void {
  const add = async (
    asker: { projectId: string; actor: string },
    datasetId: string,
    found: FoundItems,
  ): Promise<z.infer<typeof ItemsFound>> => {
    const { items, matched, withoutText } = found;
    const addition = { datasetId, items, mode: 'append', fileHash: null, note: '' } as const;
    return { ...(await addItems(deps, asker, addition)), matched, withoutText };
  };
  app.post(
    '/api/v1/datasets/:id/items/from-interactions',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ProjectQuery,
        body: ItemsFromInteractions,
        response: { 200: ItemsFound },
        tags,
        summary: 'Add recorded calls by their ids.',
      },
    },
    async ({ auth, params: { id }, body }) => {
      const of = { projectId: auth.projectId, ids: body.interactionIds };
      await findDataset(deps.database, { projectId: auth.projectId, id });
      const found = await itemsFromInteractions(deps.database, of, body.reference);
      return await add(auth, id, found);
    },
  );
  app.post(
    '/api/v1/datasets/:id/items/from-filter',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ProjectQuery,
        body: ItemsFromFilter,
        response: { 200: ItemsFound },
        tags,
        summary: 'Add recorded calls that match a filter: the newest, or a sample.',
      },
    },
    async ({ auth, params: { id }, body }) => {
      const { from, to, filter, ...wish } = body;
      const { projectId } = auth;
      hasFilters(filter);
      await findDataset(deps.database, { projectId, id });
      const question = {
        projectId,
        range: askedRange({ from, to }, deps.clock.now()),
        filters: filter,
      };
      const monotonic = (): number => deps.clock.monotonic();
      const found = await itemsFromFilter(deps.database, question, { ...wish, monotonic });
      return await add(auth, id, found);
    },
  );
}

function removeRoute(app: App, deps: DatasetDeps): void {
  app.delete(
    '/api/v1/datasets/:id/items/:itemId',
    {
      config: { scope: 'ingest' },
      schema: {
        params: params.extend({ itemId: Id }),
        querystring: ProjectQuery,
        response: { 200: ItemsAdded },
        tags,
        summary: 'Take an item out, as a new version; earlier versions keep it.',
      },
    },
    ({ auth, params: { id: datasetId, itemId } }) => removeItem(deps, auth, { datasetId, itemId }),
  );
}

const TYPES = { jsonl: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' };

function exportRoute(app: App, deps: DatasetDeps): void {
  app.get(
    '/api/v1/datasets/:id/export',
    {
      config: { scope: 'read' },
      schema: {
        params,
        querystring: ProjectQuery.extend({ version: Version, format: FileFormat.default('jsonl') }),
        tags,
        summary: 'The items of a version as JSON lines or CSV, to be imported again.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { format, version = null } }, reply) => {
      const dataset = await findDataset(deps.database, { projectId, id });
      if (version !== null && version > dataset.latestVersion) {
        throw new AppError('not_found', `The dataset has no version ${version}.`);
      }
      const of = { projectId, datasetId: id, version };
      return reply
        .type(TYPES[format])
        .header('content-disposition', `attachment; filename="dataset.${format}"`)
        .send(Readable.from(exportItems(deps.database, of, format)));
    },
  );
}

const PREVIEW_ITEMS = 20;

function fileRoutes(app: App, deps: DatasetDeps): void {
  // Files are read as they come in; how much they may hold is counted on the way.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.post(
    '/api/v1/datasets/:id/import',
    {
      config: { scope: 'ingest' },
      schema: {
        params,
        querystring: ImportQuery,
        consumes: ['application/x-ndjson', 'text/csv'],
        response: { 200: ImportReply },
        tags,
        summary:
          'Import a file of JSON lines or CSV, at most 64 MiB (gzip allowed), as one version.',
      },
    },
    async ({ auth, params: { id: datasetId }, query, body, headers }) => {
      await findDataset(deps.database, { projectId: auth.projectId, id: datasetId });
      const encoding = headers['content-encoding'];
      return await importFile(deps, auth, { ...query, datasetId, encoding, body: streamOf(body) });
    },
  );
  app.post(
    '/api/v1/datasets/import-preview',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PreviewQuery,
        consumes: ['application/x-ndjson', 'text/csv'],
        response: { 200: ImportPreview },
        tags,
        summary: 'How the beginning of a file would be read; nothing is kept.',
      },
    },
    async ({ query, body, headers }) => {
      const named = readColumns(query.columns);
      const { items, rejected, columns, map } = await readFile({
        format: query.format,
        columns: named,
        bytes: counted(unpacked(streamOf(body), headers['content-encoding'])),
        limit: PREVIEW_ITEMS,
      });
      return {
        columns: [...columns],
        map: { ...map, variables: [...map.variables], metadata: [...map.metadata] },
        items: items.map(({ line, item }) => ({
          line,
          messages: item.messages ?? [],
          reference: item.reference ?? null,
          context: item.context ?? [],
        })),
        rejected: [...rejected.slice(0, PREVIEW_ITEMS)],
      };
    },
  );
}

function streamOf(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new AppError('invalid_request', 'The body holds no file.');
}
