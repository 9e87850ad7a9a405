import { z } from 'zod';
import { Id, PageQuery, ProjectQuery } from '../contract/common.ts';
import {
  Experiment,
  ExperimentChange,
  ExperimentDecide,
  ExperimentDecisionPage,
  ExperimentListQuery,
  ExperimentNote,
  ExperimentPage,
  ExperimentResults,
  NewExperiment,
  PlanAnswer,
  PlanQuery,
} from '../contract/experiments.ts';
import type { App } from '../core/http.ts';
import { cutPageById } from '../core/keyset.ts';
import { unitsForEffect } from '../statistics/mixture-sequence.ts';
import {
  type Asker,
  changeExperiment,
  copyExperiment,
  createExperiment,
  type ExperimentDeps,
  listExperiments,
  readExperiment,
  removeExperiment,
  toExperiment,
} from './experiment-store.ts';
import {
  decideExperiment,
  pauseExperiment,
  resumeExperiment,
  type Step,
  startExperiment,
  stopExperiment,
} from './lifecycle.ts';
import { listDecisions, readResults } from './take-look.ts';

const tags = ['experiments'];
const One = z.object({ id: Id });

/** Experiments: designs, their life, results and decisions. */
export function experimentRoutes(app: App, deps: ExperimentDeps): void {
  lists(app, deps);
  designs(app, deps);
  life(app, deps);
  results(app, deps);
}

function lists(app: App, deps: ExperimentDeps): void {
  app.get(
    '/api/v1/experiments',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ExperimentListQuery,
        response: { 200: ExperimentPage },
        tags,
        summary: 'The experiments of a project, newest first.',
      },
    },
    async ({ auth: { projectId }, query: { limit, cursor, status } }) => {
      const found = await listExperiments(deps.database, {
        projectId,
        status: status ?? null,
        before: cursor ?? null,
        limit: limit + 1,
      });
      return cutPageById(found, limit);
    },
  );
  app.get(
    '/api/v1/experiments/plan',
    {
      config: { scope: 'read' },
      schema: {
        querystring: PlanQuery,
        response: { 200: PlanAnswer },
        tags,
        summary: 'How many units an arm needs to see a difference.',
      },
    },
    async ({ query }) => {
      const { fixed, sequential } = unitsForEffect(query);
      return { fixedUnitsPerArm: fixed, sequentialUnitsPerArm: sequential };
    },
  );
}

function designs(app: App, deps: ExperimentDeps): void {
  app.post(
    '/api/v1/experiments',
    {
      config: { scope: 'admin' },
      schema: {
        querystring: ProjectQuery,
        body: NewExperiment,
        response: { 201: Experiment },
        tags,
        summary: 'Draft an experiment.',
      },
    },
    async ({ auth, body }, reply) => reply.code(201).send(await createExperiment(deps, auth, body)),
  );
  app.get(
    '/api/v1/experiments/:id',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: Experiment },
        tags,
        summary: 'One experiment.',
      },
    },
    async ({ auth: { projectId }, params: { id } }) =>
      toExperiment(await readExperiment(deps.database, { projectId, id })),
  );
  app.patch(
    '/api/v1/experiments/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: ExperimentChange,
        response: { 200: Experiment },
        tags,
        summary: 'Change a draft; name and hypothesis at any time.',
      },
    },
    ({ auth, params: { id }, body }) => changeExperiment(deps, auth, { id, change: body }),
  );
  app.delete(
    '/api/v1/experiments/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 204: z.null() },
        tags,
        summary: 'Remove a draft.',
      },
    },
    async ({ auth, params: { id } }, reply) => {
      await removeExperiment(deps, auth, id);
      return reply.code(204).send(null);
    },
  );
}

type TakeStep = (deps: ExperimentDeps, asker: Asker, step: Step) => Promise<Experiment>;

const STEPS: readonly { name: string; take: TakeStep; summary: string }[] = [
  {
    name: 'start',
    take: startExperiment,
    summary: 'Start a draft: calls get their arms within a second, and the design is fixed.',
  },
  {
    name: 'pause',
    take: pauseExperiment,
    summary: 'Assign nobody for a while; every unit keeps its arm for later.',
  },
  { name: 'resume', take: resumeExperiment, summary: 'Go on after a pause.' },
  {
    name: 'stop',
    take: stopExperiment,
    summary: 'End an experiment (or the serving of a decided arm) without a choice.',
  },
];

function life(app: App, deps: ExperimentDeps): void {
  for (const { name, take, summary } of STEPS) {
    app.post(
      `/api/v1/experiments/:id/${name}`,
      {
        config: { scope: 'admin' },
        schema: {
          params: One,
          querystring: ProjectQuery,
          body: ExperimentNote.optional(),
          response: { 200: Experiment },
          tags,
          summary,
        },
      },
      ({ auth, params: { id }, body }) => take(deps, auth, { id, note: body?.note ?? '' }),
    );
  }
  app.post(
    '/api/v1/experiments/:id/decide',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        body: ExperimentDecide,
        response: { 200: Experiment },
        tags,
        summary: 'End an experiment with a choice, and let every call get it if wanted.',
      },
    },
    ({ auth, params: { id }, body }) => decideExperiment(deps, auth, { id, ...body }),
  );
  app.post(
    '/api/v1/experiments/:id/copy',
    {
      config: { scope: 'admin' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 201: Experiment },
        tags,
        summary: 'A draft of the same design: units are assigned anew.',
      },
    },
    async ({ auth, params: { id } }, reply) =>
      reply.code(201).send(await copyExperiment(deps, auth, id)),
  );
}

function results(app: App, deps: ExperimentDeps): void {
  app.get(
    '/api/v1/experiments/:id/results',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: ProjectQuery,
        response: { 200: ExperimentResults },
        tags,
        summary: 'What is known now, valid however often it is asked, and the looks so far.',
      },
    },
    ({ auth: { projectId }, params: { id } }) => readResults(deps, { projectId, id }),
  );
  app.get(
    '/api/v1/experiments/:id/decisions',
    {
      config: { scope: 'read' },
      schema: {
        params: One,
        querystring: PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() }),
        response: { 200: ExperimentDecisionPage },
        tags,
        summary: 'What was decided, by whom and on which figures; newest first.',
      },
    },
    async ({ auth: { projectId }, params: { id }, query: { limit, cursor } }) => {
      const before = cursor ?? null;
      const found = await listDecisions(deps.database, { projectId, id, before, limit: limit + 1 });
      return cutPageById(found, limit);
    },
  );
}
