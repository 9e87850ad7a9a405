import { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import { EvaluatorChange, EvaluatorEntry, EvaluatorList } from '../contract/evaluators.ts';
import type { App } from '../core/http.ts';
import { changeEvaluator, listEvaluators, type SettingDeps } from './manage-settings.ts';

const tags = ['evaluation'];

/** Which evaluators run in a project, and how. */
export function evaluatorSettingRoutes(app: App, deps: SettingDeps): void {
  app.get(
    '/api/v1/evaluators',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: EvaluatorList },
        tags,
        summary: 'Local evaluators with their settings and failures',
      },
    },
    async ({ auth }) => ({ items: await listEvaluators(deps.database, auth.projectId) }),
  );
  app.patch(
    '/api/v1/evaluators/:id',
    {
      config: { scope: 'admin' },
      schema: {
        params: z.object({ id: z.string().max(64) }),
        querystring: ProjectQuery,
        body: EvaluatorChange,
        response: { 200: EvaluatorEntry },
        tags,
        summary: 'Switches an evaluator on or off, or changes how it runs',
      },
    },
    ({ auth, params, body }) => changeEvaluator(deps, auth, { id: params.id, change: body }),
  );
}
