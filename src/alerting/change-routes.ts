import { z } from 'zod';
import { tellChange } from '../analytics/change-routes.ts';
import type { Measure } from '../analytics/observed-slices.ts';
import { ChangesReply } from '../contract/changes.ts';
import { Id, ProjectQuery } from '../contract/common.ts';
import { type MonitorCondition, type MonitorMetric, NewMonitor } from '../contract/monitors.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Database, Queryable } from '../store/database.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** An alert is explained by its first days, held against at least a day and at most a week before. */
const LONGEST_MS = 7 * DAY_MS;
const SHORTEST_MS = 10 * MINUTE_MS;

/** `GET /api/v1/alerts/{id}/changes`: what changed when an alert began. */
export function alertChangeRoutes(
  app: App,
  { database, clock }: { readonly database: Database; readonly clock: Clock },
): void {
  app.get(
    '/api/v1/alerts/:id/changes',
    {
      config: { scope: 'read' },
      schema: {
        params: z.object({ id: Id }),
        querystring: ProjectQuery,
        response: { 200: ChangesReply },
        tags: ['changes'],
        summary: 'What changed when the alert began: slices by contribution, markers nearby',
      },
    },
    async ({ auth: { projectId }, params: { id } }) => {
      const alert = await findAlert(database, projectId, id);
      const monitor = NewMonitor.safeParse(alert.definition).data ?? null;
      const { before, after } = periodsOf(alert, monitor?.condition ?? null, clock.now());
      const measure = monitor === null ? null : measureOf(monitor.metric);
      const slice = monitor?.slice ?? {};
      return tellChange(database, { projectId, measure, slice, before, after });
    },
  );
}

interface AlertRow {
  readonly started_at: Date;
  readonly ended_at: Date | null;
  readonly changed_at: Date | null;
  readonly definition: unknown;
}

async function findAlert(db: Queryable, projectId: string, id: string): Promise<AlertRow> {
  const [row] = await db.query<AlertRow>(
    `select a.started_at, a.ended_at, a.changed_at, m.definition from alerts a
       left join monitors m on m.id = a.monitor_id
     where a.id = $1 and a.project_id = $2`,
    [id, projectId],
  );
  if (row === undefined) throw new AppError('not_found', 'There is no such alert.');
  return row;
}

/** The time of the alert from when the change began, and the time that it is held against. */
export function periodsOf(
  alert: Pick<AlertRow, 'started_at' | 'ended_at' | 'changed_at'>,
  condition: MonitorCondition | null,
  nowMs: number,
): { before: TimeRange; after: TimeRange } {
  const began = alert.changed_at?.getTime() ?? alert.started_at.getTime() - windowMs(condition);
  const ended = alert.ended_at?.getTime() ?? nowMs;
  const to = Math.max(began + SHORTEST_MS, Math.min(ended, began + LONGEST_MS));
  const after = { from: new Date(began), to: new Date(to) };
  if (condition?.kind === 'change' && condition.reference !== 'previous') {
    const back = condition.reference === 'day_before' ? DAY_MS : 7 * DAY_MS;
    const length = Math.min(to - began, back);
    const from = began - back;
    return { before: { from: new Date(from), to: new Date(from + length) }, after };
  }
  const length = Math.min(LONGEST_MS, Math.max(DAY_MS, to - began));
  return { before: { from: new Date(began - length), to: new Date(began) }, after };
}

/** How far back the first look that fired saw. */
function windowMs(condition: MonitorCondition | null): number {
  if (condition?.kind === 'threshold' || condition?.kind === 'change') {
    return condition.windowMinutes * MINUTE_MS;
  }
  return condition?.kind === 'burn_rate' ? 60 * MINUTE_MS : 0;
}

/** What to take apart for a monitor's metric; null for one without single observations, or of no calls. */
function measureOf(metric: MonitorMetric): Measure | null {
  const nothing = { score: null, evaluator: null, passAt: 0.6 };
  switch (metric.kind) {
    case 'error_rate':
    case 'cost':
    case 'latency':
      return { ...nothing, kind: metric.kind };
    case 'flag_rate':
      return { ...nothing, kind: metric.kind, score: metric.score ?? null };
    case 'score_mean':
    case 'score_rate':
      return {
        kind: metric.kind,
        score: metric.score,
        evaluator: metric.evaluator ?? null,
        passAt: metric.kind === 'score_rate' ? metric.passAt : 0.6,
      };
    default:
      return null;
  }
}
