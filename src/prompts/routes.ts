import { z } from 'zod';
import { PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  DiffQuery,
  LabelTarget,
  NewPrompt,
  NewPromptVersion,
  PromptChange,
  PromptDiff,
  PromptLabel,
  PromptName,
  PromptPage,
  PromptReference,
  PromptSummary,
  PromptVersion,
  PromptVersionPage,
  RenderedPrompt,
  RenderRequest,
} from '../contract/prompts.ts';
import type { App } from '../core/http.ts';
import { compareVersions } from './compare-versions.ts';
import { renderVersion } from './prompt-snapshot.ts';
import {
  addVersion,
  createPrompt,
  describePrompt,
  findPrompt,
  findVersion,
  listPrompts,
  listVersions,
  type PromptDeps,
  removeLabel,
  removePrompt,
  setLabel,
} from './registry.ts';

const tags = ['prompts'];
const Named = z.object({ name: PromptName });
const Labelled = Named.extend({ label: PromptLabel });

/** The prompt registry: prompts, versions, labels, comparison and rendering. */
export function promptRoutes(app: App, deps: PromptDeps): void {
  promptsThemselves(app, deps);
  changes(app, deps);
  versions(app, deps);
  labels(app, deps);
  uses(app, deps);
}

function promptsThemselves(app: App, deps: PromptDeps): void {
  app.get(
    '/api/v1/prompts',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: PromptName.optional() }),
        response: { 200: PromptPage },
        tags,
        summary: 'The registered prompts of a project, by name.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor } }) => {
      const after = cursor ?? null;
      const found = await listPrompts(deps.database, { projectId, after, limit: limit + 1 });
      const items = found.slice(0, limit);
      const nextCursor = found.length > limit ? (items.at(-1)?.name ?? null) : null;
      return { items, nextCursor, estimate: null };
    },
  );
  app.post(
    '/api/v1/prompts',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewPrompt,
        response: { 201: PromptSummary },
        tags,
        summary: 'Register a prompt with its version 1.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await createPrompt(deps, auth, body)),
  );
  app.get(
    '/api/v1/prompts/:name',
    {
      config: { scope: 'read' },
      schema: {
        params: Named,
        querystring: ProjectQuery,
        response: { 200: PromptSummary },
        tags,
        summary: 'One prompt with its labels.',
      },
    },
    ({ auth: { projectId }, params: { name } }) => findPrompt(deps.database, { projectId, name }),
  );
}

function changes(app: App, deps: PromptDeps): void {
  app.patch(
    '/api/v1/prompts/:name',
    {
      config: { scope: 'admin' },
      schema: {
        params: Named,
        querystring: ProjectQuery,
        body: PromptChange,
        response: { 200: PromptSummary },
        tags,
        summary: 'Say anew what a prompt is for.',
      },
    },
    ({ auth, params, body }) => describePrompt(deps, auth, { ...params, ...body }),
  );
  app.delete(
    '/api/v1/prompts/:name',
    {
      config: { scope: 'admin' },
      schema: {
        params: Named,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a prompt with all its versions.',
      },
    },
    async ({ auth, params }, reply) => {
      await removePrompt(deps, auth, params.name);
      return reply.code(204).send(null);
    },
  );
}

function versions(app: App, deps: PromptDeps): void {
  app.get(
    '/api/v1/prompts/:name/versions',
    {
      config: { scope: 'read' },
      schema: {
        params: Named,
        querystring: PageQuery.extend({
          ...ProjectQuery.shape,
          cursor: z
            .string()
            .regex(/^[1-9]\d{0,8}$/)
            .optional(),
        }),
        response: { 200: PromptVersionPage },
        tags,
        summary: 'The versions of a prompt, newest first.',
      },
    },
    async ({ auth: { projectId }, params: { name }, query: { limit, cursor } }) => {
      const before = cursor === undefined ? null : Number(cursor);
      const of = { projectId, name, before, limit: limit + 1 };
      const found = await listVersions(deps.database, of);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last ? String(last.version) : null;
      return { items, nextCursor, estimate: null };
    },
  );
  app.post(
    '/api/v1/prompts/:name/versions',
    {
      config: { scope: 'admin' },
      schema: {
        params: Named,
        querystring: ProjectQuery,
        body: NewPromptVersion,
        response: { 201: PromptVersion },
        tags,
        summary: 'Add a version; it is never changed afterwards.',
      },
    },
    async ({ auth, params, body }, reply) =>
      reply.code(201).send(await addVersion(deps, auth, { ...params, version: body })),
  );
  app.get(
    '/api/v1/prompts/:name/versions/:version',
    {
      config: { scope: 'read' },
      schema: {
        params: Named.extend({ version: PromptReference }),
        querystring: ProjectQuery,
        response: { 200: PromptVersion },
        tags,
        summary: 'One version, by its number, a label or latest.',
      },
    },
    ({ auth: { projectId }, params: { name, version } }) =>
      findVersion(deps.database, { projectId, name, reference: version }),
  );
}

function labels(app: App, deps: PromptDeps): void {
  app.put(
    '/api/v1/prompts/:name/labels/:label',
    {
      config: { scope: 'admin' },
      schema: {
        params: Labelled,
        querystring: ProjectQuery,
        body: LabelTarget,
        response: { 200: PromptSummary },
        tags,
        summary: 'Move a label to a version; calls that name the label use it within a second.',
      },
    },
    ({ auth, params, body }) => setLabel(deps, auth, { ...params, ...body }),
  );
  app.delete(
    '/api/v1/prompts/:name/labels/:label',
    {
      config: { scope: 'admin' },
      schema: {
        params: Labelled,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Take a label away.',
      },
    },
    async ({ auth, params }, reply) => {
      await removeLabel(deps, auth, params);
      return reply.code(204).send(null);
    },
  );
}

function uses(app: App, deps: PromptDeps): void {
  app.get(
    '/api/v1/prompts/:name/diff',
    {
      config: { scope: 'read' },
      schema: {
        params: Named,
        querystring: DiffQuery.extend(ProjectQuery.shape),
        response: { 200: PromptDiff },
        tags,
        summary: 'What changed between two versions, line by line and word by word.',
      },
    },
    async ({ auth: { projectId }, params: { name }, query }) => {
      const of = { projectId, name };
      const from = await findVersion(deps.database, { ...of, reference: query.from });
      const to = await findVersion(deps.database, { ...of, reference: query.to });
      return compareVersions(from, to);
    },
  );
  app.post(
    '/api/v1/prompts/:name/render',
    {
      config: { scope: 'read' },
      schema: {
        params: Named,
        querystring: ProjectQuery,
        body: RenderRequest,
        response: { 200: RenderedPrompt },
        tags,
        summary: 'Render a version with variables; missing and unknown ones are named.',
      },
    },
    async ({ auth: { projectId }, params: { name }, body }) => {
      const reference = body.version === undefined ? null : String(body.version);
      const version = await findVersion(deps.database, { projectId, name, reference });
      const rendered = renderVersion(version, body.variables);
      const messages = rendered.messages === null ? null : [...rendered.messages];
      return { ...rendered, messages, name, version: version.version };
    },
  );
}
