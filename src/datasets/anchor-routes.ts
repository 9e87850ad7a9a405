import { z } from 'zod';
import { JudgeAnchors, NewJudgeAnchor } from '../contract/anchors.ts';
import { ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import { listAnchorSets, removeAnchor, setAnchor } from './anchor-store.ts';
import type { DatasetDeps } from './dataset-store.ts';

const tags = ['judges'];
const querystring = ProjectQuery;
const params = z.object({ rubric: z.string().min(1).max(128) });

/** Anchor sets of rubrics: answers that never change, by which a judge that drifts gives itself away. */
export function anchorRoutes(app: App, deps: DatasetDeps): void {
  app.get(
    '/api/v1/judges/anchors',
    {
      config: { scope: 'read' },
      schema: {
        querystring,
        response: { 200: JudgeAnchors },
        tags,
        summary: 'The anchor sets of rubrics and the verdicts of the last 30 days',
      },
    },
    async ({ auth }) => ({ items: await listAnchorSets(deps, auth.projectId) }),
  );
  app.put(
    '/api/v1/judges/anchors/:rubric',
    {
      config: { scope: 'admin' },
      schema: {
        querystring,
        params,
        body: NewJudgeAnchor,
        response: { 200: JudgeAnchors },
        tags,
        summary: 'Makes a version of a dataset the anchor set of a rubric',
      },
    },
    async ({ auth: { projectId, actor }, params: { rubric }, body }) => {
      await setAnchor(deps, { projectId, actor, rubric }, body);
      return { items: await listAnchorSets(deps, projectId) };
    },
  );
  app.delete(
    '/api/v1/judges/anchors/:rubric',
    {
      config: { scope: 'admin' },
      schema: { querystring, params, tags, summary: 'Takes the anchor set from a rubric' },
    },
    async ({ auth: { projectId, actor }, params: { rubric } }, reply) => {
      await removeAnchor(deps, { projectId, actor, rubric });
      return reply.code(204).send();
    },
  );
}
