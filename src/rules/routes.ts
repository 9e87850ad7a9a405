import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  Rule,
  RuleChange,
  RuleDefinition,
  RuleFile,
  RuleImport,
  RuleImportReply,
  RuleListQuery,
  RulePage,
  RuleRestore,
  RuleTrial,
  RuleTrialReply,
  RuleVersionPage,
} from '../contract/rules.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { exportRules, importRules } from './exchange.ts';
import {
  changeRule,
  createRule,
  findRule,
  listRules,
  type RuleDeps,
  removeRule,
  restoreRule,
} from './manage-rules.ts';
import { listRuleVersions } from './rule-versions.ts';
import { readTrialRule } from './try-rule.ts';

export interface RuleRoutesDeps extends RuleDeps {
  /** Runs where it does not hold up requests. */
  tryRule(projectId: string, trial: RuleTrial): Promise<RuleTrialReply>;
}

const tags = ['rules'];
const One = z.object({ id: Id });

/** Custom rules: write, try, keep versions, take along. */
export function ruleRoutes(app: App, deps: RuleRoutesDeps): void {
  lists(app, deps);
  changes(app, deps);
  versions(app, deps);
  files(app, deps);
  app.post(
    '/api/v1/rules/test',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        body: RuleTrial,
        response: { 200: RuleTrialReply },
        tags,
        summary: 'Tries a rule on stored interactions; stores nothing',
      },
    },
    ({ auth, body }) => {
      // Here, because only here the problems of a condition reach the caller with their places.
      readTrialRule(body);
      return deps.tryRule(auth.projectId, body);
    },
  );
}

function lists(app: App, { database }: RuleRoutesDeps): void {
  app.get(
    '/api/v1/rules',
    {
      config: { scope: 'read' },
      schema: {
        querystring: RuleListQuery,
        response: { 200: RulePage },
        tags,
        summary: 'The rules of a project, newest first',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, before: cursor ?? null, limit: limit + 1 };
      const found = await listRules(database, of);
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/rules/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Rule },
        tags,
        summary: 'One rule',
      },
    },
    ({ auth: { projectId }, params: { id } }) => findRule(database, { projectId, id }),
  );
}

function changes(app: App, deps: RuleRoutesDeps): void {
  app.post(
    '/api/v1/rules',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: RuleDefinition,
        response: { 201: Rule },
        tags,
        summary: 'Adds a rule; interactions from the next second on are asked by it',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await createRule(deps, auth, body)),
  );
  app.patch(
    '/api/v1/rules/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: RuleChange,
        response: { 200: Rule },
        tags,
        summary: 'Changes a rule, as a new version',
      },
    },
    ({ auth, params: { id }, body }) => changeRule(deps, auth, { id, change: body }),
  );
  app.delete(
    '/api/v1/rules/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Removes a rule; the scores it gave stay',
      },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeRule(deps, auth, id);
      return reply.code(204).send(null);
    },
  );
}

function versions(app: App, deps: RuleRoutesDeps): void {
  app.get(
    '/api/v1/rules/:id/versions',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: PageQuery.extend({
          ...ProjectQuery.shape,
          cursor: z
            .string()
            .regex(/^[1-9]\d{0,8}$/)
            .optional(),
        }),
        response: { 200: RuleVersionPage },
        tags,
        summary: 'The versions of a rule, newest first, and what each changed',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { limit, cursor } }) => {
      const before = cursor === undefined ? null : Number(cursor);
      const of = { projectId, id, before, limit: limit + 1 };
      const found = await listRuleVersions(deps.database, of);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.version) : null;
      return { items, nextCursor, estimate: null };
    },
  );
  app.post(
    '/api/v1/rules/:id/restore',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: RuleRestore,
        response: { 200: Rule },
        tags,
        summary: 'Makes an earlier version the newest again',
      },
    },
    ({ auth, params: { id }, body }) => restoreRule(deps, auth, { id, ...body }),
  );
}

function files(app: App, deps: RuleRoutesDeps): void {
  app.get(
    '/api/v1/rules/export',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: RuleFile },
        tags,
        summary: 'All rules of a project as a file',
      },
    },
    ({ auth: { projectId } }) => exportRules(deps.database, projectId),
  );
  app.post(
    '/api/v1/rules/import',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: RuleImport,
        response: { 200: RuleImportReply },
        tags,
        summary: 'Brings rules of a file in, or tells what that would change',
      },
    },
    ({ auth, body }) => importRules(deps, auth, body),
  );
}
