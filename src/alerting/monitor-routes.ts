import { z } from 'zod';
import { Id, PageQuery, ProjectQuery, RangeQuery } from '../contract/common.ts';
import {
  Monitor,
  MonitorChange,
  MonitorPage,
  MonitorPoints,
  MonitorTemplates,
  NewMonitor,
} from '../contract/monitors.ts';
import type { App } from '../core/http.ts';
import {
  addMonitor,
  type MonitorDeps,
  removeMonitor,
  replaceMonitor,
  switchMonitor,
} from './monitors/manage-monitors.ts';
import { listMonitors, readMonitor } from './monitors/monitor-store.ts';
import { readSeries } from './monitors/read-series.ts';
import { MONITOR_TEMPLATES } from './monitors/templates.ts';

const tags = ['monitors'];
const read = { scope: 'read' } as const;
const admin = { scope: 'admin' } as const;
const One = z.object({ id: Id });

/** Monitors of a project: list, templates, one and its series, add, replace, switch, remove. */
export function monitorRoutes(app: App, deps: MonitorDeps): void {
  lists(app, deps);
  changes(app, deps);
}

function lists(app: App, deps: MonitorDeps): void {
  app.get(
    '/api/v1/monitors',
    {
      config: read,
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: MonitorPage },
        tags,
        summary: 'The monitors of a project with their states, newest first',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const found = await listMonitors(deps, {
        projectId,
        before: cursor ?? null,
        limit: limit + 1,
      });
      const items = found.slice(0, limit);
      const nextCursor = found.length > limit ? (items.at(-1)?.id ?? null) : null;
      return { items, nextCursor, estimate: null };
    },
  );
  app.get(
    '/api/v1/monitors/templates',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: MonitorTemplates },
        tags,
        summary: 'Common monitors, ready to be added',
      },
    },
    async () => MONITOR_TEMPLATES,
  );
  app.get(
    '/api/v1/monitors/:id',
    {
      config: read,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Monitor },
        tags,
        summary: 'One monitor with its state',
      },
    },
    ({ auth: { projectId }, params: { id } }) => readMonitor(deps, { projectId, id }),
  );
  app.get(
    '/api/v1/monitors/:id/points',
    {
      config: read,
      schema: {
        params: One,
        querystring: RangeQuery,
        response: { 200: MonitorPoints },
        tags,
        summary: 'What a monitor observed in a range of at most 31 days',
      },
    },
    ({ auth: { projectId }, params: { id }, query: { from, to } }) =>
      readSeries(deps, { projectId, id, from, to }),
  );
}

function changes(app: App, deps: MonitorDeps): void {
  app.post(
    '/api/v1/monitors',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: NewMonitor,
        response: { 201: Monitor },
        tags,
        summary: 'Add a monitor; it is looked at within a minute',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addMonitor(deps, auth, body)),
  );
  app.put(
    '/api/v1/monitors/:id',
    {
      config: admin,
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: NewMonitor,
        response: { 200: Monitor },
        tags,
        summary: 'Replace a monitor; when it asks something else, it begins anew',
      },
    },
    ({ auth, params: { id }, body }) => replaceMonitor(deps, auth, { id, wish: body }),
  );
  app.patch(
    '/api/v1/monitors/:id',
    {
      config: admin,
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: MonitorChange,
        response: { 200: Monitor },
        tags,
        summary: 'Switch a monitor on or off',
      },
    },
    ({ auth, params: { id }, body }) => switchMonitor(deps, auth, { id, enabled: body.enabled }),
  );
  app.delete(
    '/api/v1/monitors/:id',
    {
      config: admin,
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a monitor; its alerts stay as history',
      },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeMonitor(deps, auth, id);
      return reply.code(204).send(null);
    },
  );
}
