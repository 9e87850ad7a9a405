import { z } from 'zod';
import { LedgerReply } from '../contract/analytics.ts';
import { ErrorBody } from '../contract/common.ts';
import { EventsReply } from '../contract/events.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Database } from '../store/database.ts';
import { decodeBody, splitEvents } from './event-body.ts';
import type { SpoolLedger } from './ledger.ts';
import type { Spool } from './spool-record.ts';
import { takeEvents } from './take-events.ts';

export interface IngestDeps {
  readonly database: Database;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly config: {
    readonly API_MAX_BODY_BYTES: number;
    readonly EVENT_MAX_LINE_BYTES: number;
  };
  /** The books of all spools: `createLedger(…).read`, best in the background thread. */
  readonly readLedger: () => Promise<SpoolLedger>;
}

const EventsQuery = z.object({
  project: z.string().max(64).optional(),
  /** `import`: lines of a file, which have to carry their time. */
  origin: z.enum(['event', 'import']).default('event'),
});

/** The entrance of events and the ledger. */
export function ingestRoutes(app: App, deps: IngestDeps): void {
  void app.register((scope: App, _options, done) => {
    eventRoutes(scope, deps);
    done();
  });
  app.get(
    '/api/v1/ledger',
    {
      config: { scope: 'read' },
      schema: {
        response: { 200: LedgerReply },
        tags: ['ledger'],
        summary:
          'What became of all records of the program; evaluated, pending and setAside of the project',
      },
    },
    ({ auth }) => readReply(deps, auth.projectId),
  );
}

function eventRoutes(app: App, deps: IngestDeps): void {
  const { API_MAX_BODY_BYTES, EVENT_MAX_LINE_BYTES } = deps.config;
  // Bodies are taken as bytes, because they may be compressed, or lines.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post(
    '/api/v1/events',
    {
      config: { scope: 'ingest' },
      bodyLimit: API_MAX_BODY_BYTES,
      schema: {
        querystring: EventsQuery,
        consumes: ['application/json', 'application/x-ndjson'],
        response: { 200: EventsReply, 207: EventsReply, 400: ErrorBody },
        tags: ['events'],
        summary:
          'Takes finished calls, steps and scores as events: a JSON array, one object, or JSON lines',
      },
    },
    async (request, reply) => {
      const { headers, body, auth, query } = request;
      if (!Buffer.isBuffer(body) || body.length === 0) {
        throw new AppError('invalid_request', 'The body holds no events');
      }
      const bytes = await decodeBody(body, headers['content-encoding'], API_MAX_BODY_BYTES);
      const answer = await takeEvents(
        {
          spool: deps.spool,
          maxLineBytes: EVENT_MAX_LINE_BYTES,
          source: {
            projectId: auth.projectId,
            origin: query.origin,
            nowMs: deps.clock.now(),
            timeRequired: query.origin === 'import',
          },
        },
        splitEvents(bytes, headers['content-type']),
      );
      deps.metrics.program.rejected.inc({ reason: 'event' }, answer.rejected.length);
      return reply.code(answer.rejected.length === 0 ? 200 : 207).send(answer);
    },
  );
}

async function readReply(
  deps: IngestDeps,
  projectId: string,
): Promise<z.infer<typeof LedgerReply>> {
  const { balanced, spooledBytes: _bytes, ...books } = await deps.readLedger();
  const status = deps.spool.status();
  const missing = books.accepted - books.stored - books.spooled - books.dropped - books.rejected;
  const difference = balanced ? null : `${missing} accepted records are not accounted for`;
  return {
    ...books,
    ...(await evaluationCounts(deps.database, projectId)),
    balanced,
    spoolBytes: status.bytes,
    spoolMaxBytes: status.maxBytes,
    degraded: status.degraded || !balanced,
    problem: status.problem ?? difference,
  };
}

async function evaluationCounts(
  database: Database,
  projectId: string,
): Promise<{ evaluated: number; pending: number; setAside: number }> {
  const [row] = await database.query<{ evaluated: number; pending: number; set_aside: number }>(
    `select
       (select coalesce(sum(evaluated), 0)::bigint from coverage_rollups
        where project_id = $1 and grain = 'day') as evaluated,
       (select count(*) from evaluation_queue
        where project_id = $1 and set_aside_at is null) as pending,
       (select count(*) from evaluation_queue
        where project_id = $1 and set_aside_at is not null) as set_aside`,
    [projectId],
  );
  return {
    evaluated: Number(row?.evaluated ?? 0),
    pending: Number(row?.pending ?? 0),
    setAside: Number(row?.set_aside ?? 0),
  };
}
