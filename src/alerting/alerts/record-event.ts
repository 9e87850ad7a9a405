import type { AlertEvent } from '../../contract/alerts.ts';
import type { Queryable } from '../../store/database.ts';
import { jsonText } from '../../store/values.ts';
import type { AlertingDeps } from '../deps.ts';

/** One step in the life of an alert. */
export interface NewAlertEvent {
  readonly alertId: string;
  readonly at: Date;
  readonly kind: AlertEvent['kind'];
  /** Absent: the program. */
  readonly actor?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes a step, in the transaction that takes it. */
export async function recordEvent(
  tx: Queryable,
  deps: Pick<AlertingDeps, 'newId'>,
  event: NewAlertEvent,
): Promise<void> {
  await tx.query(
    `insert into alert_events (id, alert_id, at, kind, actor, details)
     values ($1, $2, $3, $4, $5, $6::text::jsonb)`,
    [
      deps.newId(),
      event.alertId,
      event.at,
      event.kind,
      event.actor ?? null,
      jsonText(event.details ?? {}),
    ],
  );
}
