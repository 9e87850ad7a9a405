import { z } from 'zod';
import { Id, PageQuery, ProjectQuery, RangeQuery } from '../contract/common.ts';
import {
  Monitor,
  MonitorBacktest,
  MonitorChange,
  MonitorPage,
  MonitorPoints,
  MonitorsApplied,
  MonitorsFile,
  MonitorTemplates,
  NewMonitor,
} from '../contract/monitors.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { applyFile, exportFile } from './monitors/apply-file.ts';
import { assertSensible } from './monitors/check-monitor.ts';
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

export interface MonitorRoutesDeps extends MonitorDeps {
  /** Runs where it does not hold up requests. */
  backtest(projectId: string, wish: NewMonitor): Promise<MonitorBacktest>;
}

/** Monitors of a project: list, templates, one and its series, add, replace, switch, remove, try, and as a file. */
export function monitorRoutes(app: App, deps: MonitorRoutesDeps): void {
  lists(app, deps);
  changes(app, deps);
  files(app, deps);
  app.post(
    '/api/v1/monitors/backtest',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        body: NewMonitor,
        response: { 200: MonitorBacktest },
        tags,
        summary: 'What a monitor would have done in the last 30 days; stores nothing',
      },
    },
    ({ auth: { projectId }, body }) => {
      // Here, because only here the problem reaches the caller.
      assertSensible(body);
      return deps.backtest(projectId, body);
    },
  );
}

function files(app: App, deps: MonitorDeps): void {
  app.get(
    '/api/v1/monitors/export',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: MonitorsFile },
        tags,
        summary: 'All monitors of a project as a file',
      },
    },
    ({ auth: { projectId } }) => exportFile(deps.database, projectId),
  );
  app.post(
    '/api/v1/monitors/apply',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery.extend({ dryRun: z.stringbool().default(false) }),
        body: MonitorsFile,
        response: { 200: MonitorsApplied },
        tags,
        summary: 'Apply a file of monitors, or tell what that would change',
      },
    },
    ({ auth, body, query: { dryRun } }) => applyFile(deps, auth, { file: body, dryRun }),
  );
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
      return cutPageById(found, limit);
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
