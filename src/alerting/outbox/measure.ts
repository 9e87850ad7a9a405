import { Severity } from '../../contract/monitors.ts';
import type { Clock } from '../../core/clock.ts';
import type { Metrics } from '../../core/metrics.ts';
import type { Queryable } from '../../store/database.ts';

/** Sets the gauges of what waits and what is open, over all projects. */
export async function measureAlerting(of: {
  readonly database: Queryable;
  readonly clock: Clock;
  readonly metrics: Metrics['alerting'];
}): Promise<void> {
  const { database, clock, metrics } = of;
  const [waiting] = await database.query<{ n: number; oldest: Date | null }>(
    `select count(*) as n, min(created_at) as oldest from outbox
     where delivered_at is null and dead_at is null`,
  );
  const oldestMs = waiting?.oldest?.getTime() ?? null;
  metrics.outboxWaiting.set(waiting?.n ?? 0);
  metrics.outboxOldest.set(oldestMs === null ? 0 : Math.max(0, clock.now() - oldestMs) / 1000);
  const open = await database.query<{ severity: string; n: number }>(
    `select severity, count(*) as n from alerts where ended_at is null and state <> 'pending' group by severity`,
  );
  const counts = new Map(open.map(({ severity, n }) => [severity, n]));
  for (const severity of Severity.options) {
    metrics.alertsOpen.set({ severity }, counts.get(severity) ?? 0);
  }
}
