import { Readable } from 'node:stream';
import { TrainingQuery } from '../contract/training.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { askedRange } from '../core/time-range.ts';
import { hasFilters } from '../interactions/filters.ts';
import type { Queryable } from '../store/database.ts';
import { exportTraining } from './training.ts';

export interface TrainingDeps {
  readonly database: Queryable;
  readonly clock: Clock;
  /** Takes personal data and secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** `GET /api/v1/exports/training`: recorded calls with what people said of them, as files for fine-tuning. */
export function trainingRoutes(app: App, { database, clock, redact }: TrainingDeps): void {
  app.get(
    '/api/v1/exports/training',
    {
      config: { scope: 'read' },
      schema: {
        querystring: TrainingQuery,
        tags: ['datasets'],
        summary: 'Recorded calls as examples for SFT, RLHF and DPO, in JSON lines',
      },
    },
    ({ query, auth }, reply) => {
      const { project: _, from, to, ...rest } = query;
      const { format, style, scoreName, minScore = null, dedupe, mask, ...filters } = rest;
      if (mask === 'none' && !auth.scopes.has('admin')) {
        throw new AppError('forbidden', 'An export without masking needs the scope "admin".');
      }
      const range = askedRange({ from, to }, clock.now());
      hasFilters(filters);
      const question = {
        projectId: auth.projectId,
        range,
        filters,
        format,
        style,
        scoreName,
        minScore,
        dedupe,
        redact: mask === 'pii' ? redact : null,
      };
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .header('content-disposition', `attachment; filename="${format}.jsonl"`)
        .send(Readable.from(exportTraining(database, question, () => clock.monotonic())));
    },
  );
}
