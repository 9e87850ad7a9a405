import { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import type { App } from '../core/http.ts';
import type { Queryable } from '../store/database.ts';
import { exportFile } from './monitors/apply-file.ts';
import { renderPrometheusRules } from './monitors/prometheus-rules.ts';

/** Objectives of a project as rules that Prometheus reads. */
export function prometheusRulesRoutes(app: App, deps: { readonly database: Queryable }): void {
  app.get(
    '/api/v1/monitors/prometheus-rules',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        produces: ['application/yaml'],
        response: { 200: z.string() },
        tags: ['monitors'],
        summary: 'Burn-rate monitors as recording and alerting rules of Prometheus (YAML)',
      },
    },
    async ({ auth: { projectId } }, reply) => {
      const { monitors } = await exportFile(deps.database, projectId);
      return reply.type('application/yaml; charset=utf-8').send(renderPrometheusRules(monitors));
    },
  );
}
