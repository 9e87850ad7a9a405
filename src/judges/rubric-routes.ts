import { ProjectQuery } from '../contract/common.ts';
import {
  NewRubric,
  NewRubricVersion,
  PreviewReply,
  PreviewRequest,
  Rubric,
  RubricParams,
  RubricPlan,
  RubricsReply,
  RubricVersionPage,
  RubricVersionsQuery,
} from '../contract/judges.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { Queryable } from '../store/database.ts';
import { BUILT_IN_RUBRICS } from './built-in-rubrics.ts';
import type { JudgeRoutesDeps } from './routes.ts';
import type { Rubric as AskedRubric } from './rubric.ts';
import {
  addRubric,
  addRubricVersion,
  listOwnRubrics,
  listVersions,
  needRubric,
  type OwnRubric,
  removeRubric,
} from './rubric-store.ts';
import {
  isBuiltIn,
  judgeModelOf,
  type ProjectJudging,
  planOf,
  readJudging,
  storePlan,
} from './settings.ts';

const tags = ['judges'];
const read = { scope: 'read' } as const;
const write = { scope: 'admin' } as const;

/** Rubrics with their versions and plans, and the preview. */
export function rubricRoutes(app: App, deps: JudgeRoutesDeps): void {
  readRoutes(app, deps);
  writeRoutes(app, deps);
  planRoutes(app, deps);
}

async function needJudging(deps: JudgeRoutesDeps, projectId: string): Promise<ProjectJudging> {
  const judging = await readJudging(deps.database, [projectId], deps.defaults);
  const found = judging.get(projectId);
  if (found === undefined) throw new AppError('not_found', 'There is no such project.');
  return found;
}

function present(
  deps: JudgeRoutesDeps,
  judging: ProjectJudging,
  rubric: AskedRubric | OwnRubric,
): Rubric {
  return {
    name: rubric.name,
    version: rubric.version,
    builtIn: isBuiltIn(rubric.name),
    content: rubric.content,
    plan: planOf(judging, rubric.name),
    judgeModel: judgeModelOf(judging, rubric, deps.defaults),
    updatedAt: 'updatedAt' in rubric ? rubric.updatedAt.toISOString() : null,
  };
}

function readRoutes(app: App, deps: JudgeRoutesDeps): void {
  const { database } = deps;
  app.get(
    '/api/v1/rubrics',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        response: { 200: RubricsReply },
        tags,
        summary: 'Rubrics: those of the program, then the project’s own',
      },
    },
    async ({ auth }) => {
      const judging = await needJudging(deps, auth.projectId);
      const own = await listOwnRubrics(database, auth.projectId);
      return { items: [...BUILT_IN_RUBRICS, ...own].map((one) => present(deps, judging, one)) };
    },
  );
  app.get(
    '/api/v1/rubrics/:name',
    {
      config: read,
      schema: {
        querystring: ProjectQuery,
        params: RubricParams,
        response: { 200: Rubric },
        tags,
        summary: 'One rubric in its newest version',
      },
    },
    async ({ auth, params }) => {
      const rubric = await needRubric(database, { projectId: auth.projectId, name: params.name });
      return present(deps, await needJudging(deps, auth.projectId), rubric);
    },
  );
  app.get(
    '/api/v1/rubrics/:name/versions',
    {
      config: read,
      schema: {
        querystring: RubricVersionsQuery,
        params: RubricParams,
        response: { 200: RubricVersionPage },
        tags,
        summary: 'Versions of a rubric, newest first',
      },
    },
    async ({ auth, params, query }) => {
      const before = versionOf(query.cursor);
      const of = { projectId: auth.projectId, name: params.name, before };
      const rows = await listVersions(database, { ...of, limit: query.limit + 1 });
      const items = rows.slice(0, query.limit);
      const last = items.at(-1);
      const more = rows.length > query.limit && last !== undefined;
      return { items, nextCursor: more ? String(last.version) : null, estimate: null };
    },
  );
}

function versionOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^[1-9]\d{0,8}$/.test(cursor)) {
    throw new AppError('invalid_request', 'The cursor is not one of this list.');
  }
  return Number(cursor);
}

interface Change {
  readonly projectId: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A change with its deed, in one transaction. */
async function changing<Result>(
  { database, recordDeed }: JudgeRoutesDeps,
  deed: Change,
  change: (tx: Queryable) => Promise<Result>,
): Promise<Result> {
  return await database.transaction(async (tx) => {
    const result = await change(tx);
    await recordDeed(tx, deed);
    return result;
  });
}

function writeRoutes(app: App, deps: JudgeRoutesDeps): void {
  const at = (): Date => new Date(deps.clock.now());
  app.post(
    '/api/v1/rubrics',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: NewRubric,
        response: { 201: Rubric },
        tags,
        summary: 'Adds a rubric with its version 1',
      },
    },
    async ({ auth, body }, reply) => {
      const { projectId, actor } = auth;
      const deed = { projectId, actor, action: 'rubric.create', target: body.name, details: {} };
      const making = { projectId, actor, ...body, at: at() };
      const rubric = await changing(deps, deed, (tx) => addRubric(tx, making));
      return reply.code(201).send(present(deps, await needJudging(deps, projectId), rubric));
    },
  );
  app.post(
    '/api/v1/rubrics/:name/versions',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        params: RubricParams,
        body: NewRubricVersion,
        response: { 201: Rubric },
        tags,
        summary: 'Adds a version, which judges from now on; older ones stay as they are',
      },
    },
    async ({ auth, params, body }, reply) => {
      const { projectId, actor } = auth;
      const deed = { projectId, actor, action: 'rubric.change', target: params.name, details: {} };
      const making = { projectId, actor, name: params.name, content: body.content, at: at() };
      const rubric = await changing(deps, deed, (tx) => addRubricVersion(tx, making));
      return reply.code(201).send(present(deps, await needJudging(deps, projectId), rubric));
    },
  );
  app.delete(
    '/api/v1/rubrics/:name',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        params: RubricParams,
        tags,
        summary: 'Removes a rubric of the project’s own; its scores stay',
      },
    },
    async ({ auth, params }, reply) => {
      const { projectId, actor } = auth;
      const { name } = params;
      const deed = { projectId, actor, action: 'rubric.delete', target: name, details: {} };
      await changing(deps, deed, (tx) => removeRubric(tx, { projectId, name }));
      return reply.code(204).send();
    },
  );
}

function planRoutes(app: App, deps: JudgeRoutesDeps): void {
  const { database, clock } = deps;
  app.put(
    '/api/v1/rubrics/:name/plan',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        params: RubricParams,
        body: RubricPlan,
        response: { 200: Rubric },
        tags,
        summary: 'Says which interactions a rubric judges, and who judges',
      },
    },
    async ({ auth, params, body }) => {
      const { projectId, actor } = auth;
      const rubric = await needRubric(database, { projectId, name: params.name });
      const details = { enabled: body.enabled };
      const deed = { projectId, actor, action: 'rubric.plan', target: params.name, details };
      const of = { projectId, rubric: params.name, at: new Date(clock.now()) };
      await changing(deps, deed, (tx) => storePlan(tx, of, body));
      return present(deps, await needJudging(deps, projectId), rubric);
    },
  );
  app.post(
    '/api/v1/rubrics/preview',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: PreviewRequest,
        response: { 200: PreviewReply },
        tags,
        summary: 'Judges chosen interactions by a rubric that need not be stored; keeps no score',
      },
    },
    ({ auth, body }) => deps.preview(auth.projectId, body),
  );
}
