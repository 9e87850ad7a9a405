import { z } from 'zod';
import {
  Budget,
  BudgetAccountPage,
  BudgetChange,
  BudgetCrossingPage,
  BudgetPage,
  NewBudget,
} from '../contract/budgets.ts';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { listAccounts } from './accounts.ts';
import { listCrossings } from './crossings.ts';
import {
  addBudget,
  type BudgetDeps,
  changeBudget,
  listBudgets,
  readBudget,
  readRule,
  removeBudget,
} from './manage.ts';

const tags = ['budgets'];
const read = { scope: 'read' } as const;
const admin = { scope: 'admin' } as const;
const IdParams = z.object({ id: Id });
const IdPageQuery = PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() });
/** Accounts change their order while they are read, so pages are numbered by place. */
const PlaceQuery = PageQuery.extend({
  ...ProjectQuery.shape,
  cursor: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});

/** Budgets of a project: list, one, add, change, remove, their accounts and the history of their levels. */
export function budgetRoutes(app: App, deps: BudgetDeps): void {
  changeRoutes(app, deps);
  historyRoutes(app, deps);
  app.get(
    '/api/v1/budgets',
    {
      config: read,
      schema: {
        querystring: IdPageQuery,
        response: { 200: BudgetPage },
        tags,
        summary: 'The budgets of a project with what is spent, held and left, newest first.',
      },
    },
    async ({ auth: { projectId }, query }) => {
      const { limit, cursor } = query;
      const of = { projectId, before: cursor ?? null, limit: limit + 1 };
      return cutPageById(await listBudgets(deps, of), limit);
    },
  );
  app.get(
    '/api/v1/budgets/:id',
    {
      config: read,
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 200: Budget },
        tags,
        summary: 'One budget with what is spent, held and left.',
      },
    },
    ({ auth: { projectId }, params }) => readBudget(deps, { projectId, id: params.id }),
  );
  app.get(
    '/api/v1/budgets/:id/accounts',
    {
      config: read,
      schema: {
        params: IdParams,
        querystring: PlaceQuery,
        response: { 200: BudgetAccountPage },
        tags,
        summary: 'The keys, users or models of a budget in the current period, most spent first.',
      },
    },
    async ({ auth: { projectId }, params, query }) => {
      const rule = await readRule(deps.database, { projectId, id: params.id });
      const offset = Number(query.cursor ?? 0);
      const page = { offset, limit: query.limit + 1, nowMs: deps.clock.now() };
      const found = await listAccounts(deps.database, rule, page);
      const nextCursor = found.length > query.limit ? String(offset + query.limit) : null;
      return { items: found.slice(0, query.limit), nextCursor, estimate: null };
    },
  );
}

function changeRoutes(app: App, deps: BudgetDeps): void {
  app.post(
    '/api/v1/budgets',
    {
      config: admin,
      schema: {
        querystring: ProjectQuery,
        body: NewBudget,
        response: { 201: Budget },
        tags,
        summary: 'Add a budget; what its current period has spent already counts.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await addBudget(deps, auth, body)),
  );
  app.patch(
    '/api/v1/budgets/:id',
    {
      config: admin,
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        body: BudgetChange,
        response: { 200: Budget },
        tags,
        summary: 'Change the name, limit or manner of a budget, or switch it on and off.',
      },
    },
    ({ auth: { projectId, actor }, params, body }) =>
      changeBudget(deps, { projectId, actor, id: params.id }, body),
  );
  app.delete(
    '/api/v1/budgets/:id',
    {
      config: admin,
      schema: {
        params: IdParams,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a budget with its accounts and history.',
      },
    },
    async ({ auth: { projectId, actor }, params }, reply) => {
      await removeBudget(deps, { projectId, actor, id: params.id });
      return reply.code(204).send(null);
    },
  );
}

function historyRoutes(app: App, { database }: BudgetDeps): void {
  app.get(
    '/api/v1/budgets/crossings',
    {
      config: read,
      schema: {
        querystring: IdPageQuery,
        response: { 200: BudgetCrossingPage },
        tags,
        summary: 'When accounts of any budget went from a level to another, newest first.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const of = { projectId, budgetId: null, before: cursor ?? null, limit: limit + 1 };
      return cutPageById(await listCrossings(database, of), limit);
    },
  );
  app.get(
    '/api/v1/budgets/:id/crossings',
    {
      config: read,
      schema: {
        params: IdParams,
        querystring: IdPageQuery,
        response: { 200: BudgetCrossingPage },
        tags,
        summary: 'When accounts of a budget went from a level to another, newest first.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { limit, cursor } }) => {
      await readRule(database, { projectId, id });
      const of = { projectId, budgetId: id, before: cursor ?? null, limit: limit + 1 };
      return cutPageById(await listCrossings(database, of), limit);
    },
  );
}
