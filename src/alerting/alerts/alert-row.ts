import type { Alert, AlertReason, AlertState } from '../../contract/alerts.ts';
import type { NewMonitor, Severity } from '../../contract/monitors.ts';

/** How an alert is told, as its monitor says. */
export interface Notify {
  /** Names of channels. */
  readonly channels: readonly string[];
  readonly renotifyMinutes: number | null;
  readonly escalation: NewMonitor['escalation'];
  /** Alerts with equal values of these labels are told in one message; none: each alone. */
  readonly groupBy: readonly string[];
}

/** A row of `alerts`. */
export interface AlertRow {
  readonly id: string;
  readonly project_id: string;
  readonly source: Alert['source'];
  readonly monitor_id: string | null;
  readonly name: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly state: AlertState;
  readonly labels: Record<string, string>;
  readonly reason: AlertReason;
  readonly notify: Notify;
  readonly started_at: Date;
  readonly fired_at: Date | null;
  readonly episode: number;
  readonly ended_at: Date | null;
  readonly changed_at: Date | null;
  readonly acknowledged_at: Date | null;
  readonly acknowledged_by: string | null;
  readonly note: string | null;
  readonly silence_id: string | null;
  readonly escalated_at: Date | null;
  readonly last_notified_at: Date | null;
  readonly runbook_url: string | null;
}

export const ALERT_COLUMNS = `id, project_id, source, monitor_id, name, subject, severity, state, labels, reason, notify,
  started_at, fired_at, episode, ended_at, changed_at, acknowledged_at, acknowledged_by, note, silence_id,
  escalated_at, last_notified_at, runbook_url`;

/** An alert as the API and messages show it; an open one has lasted until now. */
export function toAlert(row: AlertRow, nowMs: number): Alert {
  const endMs = row.ended_at?.getTime() ?? nowMs;
  return {
    id: row.id,
    source: row.source,
    monitorId: row.monitor_id,
    name: row.name,
    subject: row.subject,
    severity: row.severity,
    state: row.state,
    labels: row.labels,
    reason: row.reason,
    startedAt: row.started_at.toISOString(),
    firedAt: textOf(row.fired_at),
    endedAt: textOf(row.ended_at),
    durationSeconds: Math.max(0, Math.round((endMs - row.started_at.getTime()) / 1000)),
    changedAt: textOf(row.changed_at),
    acknowledgedAt: textOf(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
    silenceId: row.silence_id,
    escalatedAt: textOf(row.escalated_at),
    lastNotifiedAt: textOf(row.last_notified_at),
    runbookUrl: row.runbook_url,
  };
}

function textOf(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
