import type { z } from 'zod';
import { reasonSentence } from '../../channels/render.ts';
import { textsOf } from '../../channels/texts/texts-of.ts';
import type {
  LegacyAlert,
  LegacyAlertHistory,
  LegacyAlertsQuery,
} from '../../contract/legacy-alerts.ts';
import type { Queryable } from '../../store/database.ts';
import { ALERT_COLUMNS, type AlertRow, toAlert } from './alert-row.ts';

/** The service of alerts that name none. */
export const NO_SERVICE = 'llm-quality-observer';

type History = z.infer<typeof LegacyAlertHistory>;
type Query = z.infer<typeof LegacyAlertsQuery>;

/**
 * A page of the history: `active` alerts of elsewhere that fit come first, then those of the project, newest first. A
 * page behind the last one is empty.
 */
export async function alertHistory(
  db: Queryable,
  projectId: string,
  of: { readonly query: Query; readonly active: readonly LegacyAlert[]; readonly nowMs: number },
): Promise<Omit<History, 'prometheus'>> {
  const { query, nowMs } = of;
  const { page, page_size: size } = query;
  const foreign = of.active.filter((alert) => fits(alert, query));
  const offset = (page - 1) * size;
  const first = foreign.slice(offset, offset + size);
  const own = await ownAlerts(db, projectId, {
    query,
    offset: Math.max(0, offset - foreign.length),
    limit: size - first.length,
  });
  const total = foreign.length + own.total;
  return {
    alerts: [...first, ...own.rows.map((row) => toLegacy(row, nowMs))],
    total,
    page,
    page_size: size,
    total_pages: Math.ceil(total / size),
  };
}

function fits(alert: LegacyAlert, { severity, service, to }: Query): boolean {
  return (
    (severity === undefined || alert.severity === severity) &&
    (service === undefined || alert.service === service) &&
    (to === undefined || Date.parse(alert.started_at) < Date.parse(to))
  );
}

async function ownAlerts(
  db: Queryable,
  projectId: string,
  of: { readonly query: Query; readonly offset: number; readonly limit: number },
): Promise<{ rows: AlertRow[]; total: number }> {
  const { query, offset, limit } = of;
  const where = `project_id = $1 and (fired_at is not null or ended_at is null)
    and ($2::text is null or severity = $2)
    and ($3::text is null or coalesce(labels ->> 'service', '${NO_SERVICE}') = $3)
    and ($4::timestamptz is null or ended_at is null or ended_at >= $4)
    and ($5::timestamptz is null or started_at < $5)`;
  const { severity = null, service = null, from = null, to = null } = query;
  const params = [projectId, severity, service, from, to];
  const [count] = await db.query<{ n: number }>(
    `select count(*) as n from alerts where ${where}`,
    params,
  );
  if (limit === 0) return { rows: [], total: count?.n ?? 0 };
  const rows = await db.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts where ${where}
     order by started_at desc, id desc offset $6 limit $7`,
    [...params, offset, limit],
  );
  return { rows, total: count?.n ?? 0 };
}

function toLegacy(row: AlertRow, nowMs: number): LegacyAlert {
  const alert = toAlert(row, nowMs);
  return {
    alert_name: alert.name,
    severity: alert.severity,
    service: alert.labels['service'] ?? NO_SERVICE,
    summary: alert.subject === '' ? alert.name : `${alert.name}: ${alert.subject}`,
    description: reasonSentence(alert, textsOf('en')),
    started_at: alert.startedAt,
    ended_at: alert.endedAt,
    duration_seconds: alert.durationSeconds,
    status: alert.state,
    resolved: alert.state === 'resolved',
    source: alert.source,
  };
}
