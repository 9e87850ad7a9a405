import { z } from 'zod';
import { NewProject, Project } from '../contract/access.ts';
import { AuditReply } from '../contract/audit.ts';
import { Id, PageQuery, ProjectQuery, page } from '../contract/common.ts';
import type { Config } from '../core/config.ts';
import { AppError } from '../core/errors.ts';
import type { App, Auth } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import type { Access } from './access.ts';
import { listDeeds } from './audit.ts';
import { keyRoutes } from './key-routes.ts';
import { createProject, deleteProject } from './projects.ts';
import { sessionRoutes } from './session-routes.ts';
import { createSignInLink } from './sign-in-links.ts';
import { ensureLocalAdministrator } from './users.ts';

const IdParams = z.object({ id: Id });
const Empty = z.null();

export interface AccessRouteDeps {
  readonly access: Access;
  readonly authMode: Config['AUTH_MODE'];
  readonly version: string;
}

/** Sessions, projects, keys and the audit log. */
export function accessRoutes(app: App, deps: AccessRouteDeps): void {
  sessionRoutes(app, deps);
  projectRoutes(app, deps);
  keyRoutes(app, deps);
  auditRoute(app, deps);
  signInLinkRoute(app, deps);
}

function projectRoutes(app: App, { access }: AccessRouteDeps): void {
  const tags = ['access'];
  app.get(
    '/api/v1/projects',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: page(Project) },
        tags,
        summary: 'The projects that the caller may see.',
      },
    },
    async (request) => {
      const { kind, projectId } = request.auth;
      const items = access.directory
        .projects()
        .filter(({ id }) => kind !== 'key' || id === projectId);
      return { items, nextCursor: null, estimate: items.length };
    },
  );
  app.post(
    '/api/v1/projects',
    {
      config: { scope: 'admin' },
      schema: {
        body: NewProject.strict(),
        response: { 201: Project },
        tags,
        summary: 'Make a project.',
      },
    },
    async (request, reply) => {
      assertNotBound(request.auth);
      const project = await createProject(access, request.body, request.auth.actor);
      return reply.code(201).send(project);
    },
  );
  app.delete(
    '/api/v1/projects/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: IdParams,
        response: { 204: Empty },
        tags,
        summary: 'Delete a project with everything in it.',
      },
    },
    async (request, reply) => {
      const { auth, params } = request;
      if (auth.kind === 'key' && auth.projectId !== params.id) {
        throw new AppError('not_found', 'There is no such project.');
      }
      assertNotBound(auth);
      await deleteProject(access, params.id, auth.actor);
      return reply.code(204).send(null);
    },
  );
}

/** A key lives in one project and cannot make or end projects, its own included. */
function assertNotBound(auth: Auth): void {
  if (auth.kind !== 'key') return;
  throw new AppError('forbidden', 'A key is bound to its project; sign in to manage projects.');
}

function auditRoute(app: App, { access }: AccessRouteDeps): void {
  app.get(
    '/api/v1/audit',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: PageQuery.extend({
          ...ProjectQuery.shape,
          cursor: Id.optional(),
        }),
        response: { 200: AuditReply },
        tags: ['access'],
        summary: 'Who changed what, newest first.',
      },
    },
    async ({ auth, query }) => {
      const { limit } = query;
      const rows = await listDeeds(access.database, {
        projectId: auth.projectId,
        installation: auth.kind !== 'key',
        before: query.cursor ?? null,
        limit: limit + 1,
      });
      return cutPageById(rows, limit);
    },
  );
}

/** A new one-time link for whoever may administrate everything, such as `lqo sign-in` beside a running program. */
function signInLinkRoute(app: App, { access }: AccessRouteDeps): void {
  app.post(
    '/api/v1/sign-in-links',
    {
      config: { scope: 'admin' },
      schema: {
        response: { 201: z.object({ path: z.string() }) },
        tags: ['access'],
        summary: 'Make a one-time sign-in link for the administrator of this machine.',
      },
    },
    async ({ auth }, reply) => {
      assertNotBound(auth);
      const userId = await ensureLocalAdministrator(access.database, access);
      const path = await createSignInLink(access.database, access, userId);
      return reply.code(201).header('cache-control', 'no-store').send({ path });
    },
  );
}
