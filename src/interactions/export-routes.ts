import { Readable } from 'node:stream';
import { z } from 'zod';
import { InteractionQuery } from '../contract/interactions.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { exportInteractions } from './export.ts';
import { hasFilters } from './filters.ts';
import type { Redact } from './mask-row.ts';

const ExportQuery = InteractionQuery.omit({ limit: true, cursor: true }).extend({
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
  mask: z
    .enum(['pii', 'none'])
    .default('pii')
    .describe(
      '`pii`: personal data and secrets replaced by their kinds; `none` needs scope admin.',
    ),
});
const TYPES = { jsonl: 'application/x-ndjson; charset=utf-8', csv: 'text/csv; charset=utf-8' };

export interface ExportDeps {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly redact: Redact;
}

/**
 * `GET /api/v1/exports/interactions`: the list with its filters as a file, at most 100,000 rows. Personal data is
 * masked because files travel; who asks for it raw (`mask=none`) needs scope `admin`, else `forbidden`.
 */
export function exportRoutes(app: App, { database, clock, redact }: ExportDeps): void {
  app.get(
    '/api/v1/exports/interactions',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ExportQuery,
        tags: ['interactions'],
        summary: 'Interactions as JSON lines or CSV',
      },
    },
    ({ query, auth }, reply) => {
      const { project: _, from, to, format, mask, ...filters } = query;
      if (mask === 'none' && !auth.scopes.has('admin')) {
        throw new AppError('forbidden', 'An export without masking needs the scope "admin".');
      }
      const range = askedRange({ from, to }, clock.now());
      // A broken filter must be told before the file begins.
      hasFilters(filters);
      const question = {
        projectId: auth.projectId,
        range,
        filters,
        format,
        redact: mask === 'pii' ? redact : null,
      };
      return reply
        .type(TYPES[format])
        .header('content-disposition', `attachment; filename="interactions.${format}"`)
        .send(Readable.from(exportInteractions(database, question, () => clock.monotonic())));
    },
  );
}
