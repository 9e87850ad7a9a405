import type { AlertReason } from '../../contract/alerts.ts';
import type { Severity } from '../../contract/monitors.ts';
import type { Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { AlertingDeps } from '../deps.ts';
import { ALERT_COLUMNS, type AlertRow, type Notify } from './alert-row.ts';
import { closeAlerts } from './close-alerts.ts';
import { reopenMs, type Step, stepOf, type VerdictState } from './lifecycle.ts';
import { countAlerts, inLockOrder, lockAlerts } from './lock-alerts.ts';
import { recordEvent } from './record-event.ts';
import { tellDue } from './tell-due.ts';

/** What one look found about one thing that can be wrong. */
export interface Verdict {
  readonly projectId: string;
  readonly source: 'monitor' | 'program';
  readonly monitorId: string | null;
  /** With `name` and `subject` the identity of an open alert. */
  readonly name: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly state: VerdictState;
  readonly reason: AlertReason;
  /** The monitor's labels, the parts of its slice, `severity` and `monitor`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly notify: Notify;
  /** When the condition began to hold. */
  readonly since: Date;
  /** For drift: the most likely moment of the change. */
  readonly changedAt: Date | null;
  readonly runbookUrl: string | null;
  readonly at: Date;
}

/**
 * Opens, goes on with and closes alerts as the verdicts say, and writes what is to be told, all in this transaction.
 * Holds the alerts of the verdicts' projects until it ends. An alert that fires again soon after its end is opened
 * anew: for the flap window of `lifecycle.ts`, and told again only after its re-notify interval.
 */
export async function settle(
  tx: Queryable,
  deps: AlertingDeps,
  verdicts: readonly Verdict[],
): Promise<void> {
  const projects = Map.groupBy(verdicts, ({ projectId }) => projectId);
  await lockAlerts(tx, projects.keys());
  for (const projectId of inLockOrder(projects.keys())) {
    await settleProject(tx, deps, { projectId, verdicts: projects.get(projectId) ?? [] });
    await tellDue(tx, deps, projectId);
  }
}

async function settleProject(
  tx: Queryable,
  deps: AlertingDeps,
  { projectId, verdicts }: { readonly projectId: string; readonly verdicts: readonly Verdict[] },
): Promise<void> {
  const open = new Map(
    (
      await tx.query<AlertRow>(
        `select ${ALERT_COLUMNS} from alerts where project_id = $1 and ended_at is null`,
        [projectId],
      )
    ).map((row) => [identityOf(row), row]),
  );
  let opened = 0;
  for (const verdict of verdicts) {
    const row = open.get(identityOf(verdict)) ?? null;
    const ended = row === null ? await endedJustNow(tx, verdict) : null;
    const step = stepOf(row, ended !== null, verdict.state);
    if (step === 'open_firing' || step === 'reopen') opened += 1;
    const changed = await take(tx, deps, { step, verdict, row: row ?? ended });
    // Two verdicts on one thing in one call follow each other.
    if (changed === null) continue;
    if (changed.ended_at === null) open.set(identityOf(changed), changed);
    else open.delete(identityOf(changed));
  }
  if (opened > 0) await countAlerts(tx, projectId, { opened, closed: 0 });
}

function identityOf(of: Pick<AlertRow, 'source' | 'name' | 'subject'>): string {
  return JSON.stringify([of.source, of.name, of.subject]);
}

/** The alert of this name and subject that fired and ended so short a while ago that it is still the same. */
async function endedJustNow(tx: Queryable, verdict: Verdict): Promise<AlertRow | null> {
  if (verdict.state !== 'firing' && verdict.state !== 'pending') return null;
  const [row] = await tx.query<AlertRow>(
    `select ${ALERT_COLUMNS} from alerts
     where project_id = $1 and source = $2 and name = $3 and subject = $4 and ended_at > $5
       and fired_at is not null
     order by ended_at desc limit 1`,
    [
      verdict.projectId,
      verdict.source,
      verdict.name,
      verdict.subject,
      new Date(verdict.at.getTime() - reopenMs(verdict.notify)),
    ],
  );
  return row ?? null;
}

interface Taking {
  readonly step: Step;
  readonly verdict: Verdict;
  readonly row: AlertRow | null;
}

/** Takes the step; answers the alert as it is now, or null where nothing changed. */
async function take(
  tx: Queryable,
  deps: AlertingDeps,
  { step, verdict, row }: Taking,
): Promise<AlertRow | null> {
  if (step === 'nothing') return null;
  if (row === null) return insertAlert(tx, deps, verdict);
  if (step === 'resolve') {
    const [closed] = await closeAlerts(tx, deps, { rows: [row], at: verdict.at });
    return closed ?? null;
  }
  const changed = await updateAlert(tx, { id: row.id, step, verdict });
  if (step !== 'renew') {
    const details = { reason: verdict.reason, ...(step === 'reopen' && { reopened: true }) };
    await recordEvent(tx, deps, { alertId: row.id, at: verdict.at, kind: 'firing', details });
  }
  return changed;
}

async function insertAlert(
  tx: Queryable,
  deps: AlertingDeps,
  verdict: Verdict,
): Promise<AlertRow | null> {
  const { state, at } = verdict;
  if (state !== 'pending' && state !== 'firing') return null;
  const [row] = await tx.query<AlertRow>(
    `insert into alerts (id, project_id, source, monitor_id, name, subject, severity, state, labels, reason, notify,
       started_at, fired_at, changed_at, runbook_url, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10::text::jsonb, $11::text::jsonb, $12, $13, $14, $15, $16)
     returning ${ALERT_COLUMNS}`,
    [
      deps.newId(),
      verdict.projectId,
      verdict.source,
      verdict.monitorId,
      verdict.name,
      verdict.subject,
      verdict.severity,
      state,
      jsonText(verdict.labels),
      jsonText(verdict.reason),
      jsonText(verdict.notify),
      verdict.since,
      state === 'firing' ? at : null,
      verdict.changedAt,
      verdict.runbookUrl,
      at,
    ],
  );
  if (row === undefined) return null;
  const details = { reason: verdict.reason };
  await recordEvent(tx, deps, { alertId: row.id, at, kind: state, details });
  return row;
}

/**
 * Newest figures and settings. Labels and grouping stay as they were when the alert was opened, so that its messages
 * stay in their thread and silences keep what they keep.
 */
async function updateAlert(
  tx: Queryable,
  { id, step, verdict }: { readonly id: string; readonly step: Step; readonly verdict: Verdict },
): Promise<AlertRow | null> {
  const fires = step === 'fire' || step === 'reopen';
  const [row] = await tx.query<AlertRow>(
    `update alerts set reason = $2::text::jsonb, severity = $3, monitor_id = $4, runbook_url = $5, updated_at = $6,
       changed_at = coalesce($7, changed_at),
       notify = $8::text::jsonb || jsonb_build_object('groupBy', notify -> 'groupBy'),
       state = case when $9::boolean then 'firing' else state end,
       fired_at = case when $9::boolean then $6 else fired_at end,
       episode = episode + case when $10::boolean then 1 else 0 end,
       ended_at = case when $10::boolean then null else ended_at end,
       acknowledged_at = case when $10::boolean then null else acknowledged_at end,
       acknowledged_by = case when $10::boolean then null else acknowledged_by end,
       escalated_at = case when $10::boolean then null else escalated_at end,
       silence_id = case when $10::boolean then null else silence_id end
     where id = $1 returning ${ALERT_COLUMNS}`,
    [
      id,
      jsonText(verdict.reason),
      verdict.severity,
      verdict.monitorId,
      verdict.runbookUrl,
      verdict.at,
      verdict.changedAt,
      jsonText(verdict.notify),
      fires,
      step === 'reopen',
    ],
  );
  return row ?? null;
}
