import type { NewMonitor } from '../../contract/monitors.ts';
import type { Queryable } from '../../store/database.ts';
import type { Verdict } from '../alerts/settle.ts';
import type { BudgetUse } from './gauges.ts';
import { factsOf } from './metric-facts.ts';
import type { Look } from './replay.ts';

/** A monitor as verdicts speak of it. */
export interface JudgedMonitor {
  readonly id: string;
  readonly projectId: string;
  readonly definition: NewMonitor;
}

/** What a look says of a monitor's alert. */
export function verdictOf({ id, projectId, definition }: JudgedMonitor, look: Look): Verdict {
  const { finding, state } = look;
  const { metric, channels, renotifyMinutes, escalation, groupBy } = definition;
  const told = state === 'ok' || state === 'pending' || state === 'firing' ? state : 'unknown';
  return {
    projectId,
    source: 'monitor',
    monitorId: id,
    name: definition.name,
    subject: '',
    severity: definition.severity,
    state: told,
    reason: {
      kind: finding.kind,
      metric: metric.kind,
      unit: factsOf(metric).unit,
      current: finding.current,
      against: finding.against,
      details: { ...finding.details },
    },
    labels: labelsOf(definition),
    notify: { channels, renotifyMinutes, escalation, groupBy },
    since: new Date(look.since ?? look.at),
    changedAt: finding.changedAt === null ? null : new Date(finding.changedAt),
    runbookUrl: definition.runbookUrl,
    at: new Date(look.at),
  };
}

/** The monitor's own labels, the parts of its slice, severity and name. */
export function labelsOf({ labels, slice, severity, name }: NewMonitor): Record<string, string> {
  const parts = Object.entries(slice).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { ...labels, ...Object.fromEntries(parts), severity, monitor: name };
}

/**
 * Verdicts on single accounts of budgets: those beyond the limit fire, and open ones that are not any more are well. A
 * look that found nothing out says nothing of any.
 */
export async function budgetVerdicts(
  tx: Queryable,
  monitor: JudgedMonitor,
  { look, budgets }: { readonly look: Look; readonly budgets: readonly BudgetUse[] },
): Promise<Verdict[]> {
  const whole = verdictOf(monitor, look);
  if (whole.state === 'unknown') return [];
  const beyond = look.finding.against ?? 1;
  const fires = whole.state === 'firing' || whole.state === 'pending';
  const bad = fires ? budgets.filter(({ usedShare }) => usedShare >= beyond) : [];
  const open = await tx.query<{ subject: string }>(
    'select subject from alerts where monitor_id = $1 and ended_at is null',
    [monitor.id],
  );
  const badSubjects = new Set(bad.map(({ subject }) => subject));
  const well = open.filter(({ subject }) => !badSubjects.has(subject));
  return [
    ...bad.map(({ subject, usedShare }) => ({
      ...whole,
      subject,
      reason: { ...whole.reason, current: exactly(usedShare) },
    })),
    ...well.map(({ subject }) => ({ ...whole, subject, state: 'ok' as const })),
  ];
}

function exactly(value: number): Verdict['reason']['current'] {
  return { value, n: 1, low: value, high: value };
}

/** Verdicts that end what is open of a monitor that will not look after it any more. */
export async function endingVerdicts(
  tx: Queryable,
  monitor: JudgedMonitor,
  at: Date,
): Promise<Verdict[]> {
  const open = await tx.query<{ name: string; subject: string; reason: Verdict['reason'] }>(
    'select name, subject, reason from alerts where monitor_id = $1 and ended_at is null',
    [monitor.id],
  );
  const { definition, projectId, id } = monitor;
  const { channels, renotifyMinutes, escalation, groupBy } = definition;
  return open.map(({ name, subject, reason }) => ({
    ...{ projectId, name, subject, reason, at },
    source: 'monitor',
    monitorId: id,
    severity: definition.severity,
    state: 'ok',
    labels: labelsOf(definition),
    notify: { channels, renotifyMinutes, escalation, groupBy },
    since: at,
    changedAt: null,
    runbookUrl: definition.runbookUrl,
  }));
}
