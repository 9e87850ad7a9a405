import type { App } from '../core/http.ts';

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics` for Prometheus. `collect` answers the text of all metrics of the program. */
export function metricsRoutes(app: App, deps: { collect(): Promise<string> }): void {
  app.get(
    '/metrics',
    {
      config: { scope: 'metrics' },
      schema: { tags: ['operations'], summary: 'Metrics in the text format of Prometheus' },
    },
    async (_request, reply) => reply.type(PROMETHEUS_TEXT).send(await deps.collect()),
  );
}
