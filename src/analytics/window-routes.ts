import { WindowReply, WindowsQuery } from '../contract/windows.ts';
import type { App } from '../core/http.ts';
import { windowOf } from './metric-windows.ts';
import type { AnalyticsDeps } from './routes.ts';

/** tcVocLLM's metrics of the last minute, five minutes or hour. */
export function windowRoutes(app: App, { database, clock }: AnalyticsDeps): void {
  app.get(
    '/api/v1/metrics/windows',
    {
      config: { scope: 'read' },
      schema: {
        querystring: WindowsQuery,
        response: { 200: WindowReply },
        tags: ['analytics'],
        summary: 'Calls, retrieval and embedding cache of the last minute, five minutes or hour',
      },
    },
    async ({ auth: { projectId }, query: { window } }) => {
      const [row] = await database.query<{ slug: string }>(
        'select slug from projects where id = $1',
        [projectId],
      );
      const project = row?.slug ?? '';
      return await windowOf(database, { projectId, project, window, to: new Date(clock.now()) });
    },
  );
}
