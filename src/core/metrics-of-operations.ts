import { type Counter, Gauge, type Registry } from 'prom-client';
import { metricFactory } from './metric-factory.ts';

/** What the program tells of its own health. */
export interface OperationsMetrics {
  readonly startedAt: Gauge;
  readonly databaseErrors: Counter<'type'>;
  readonly eventLoopDelay: Gauge<'thread'>;
  /** Called before each scrape. */
  onScrape(observe: () => void): void;
}

/** Monitors, alerts and what is on its way to channels. */
export interface AlertingMetrics {
  readonly outboxWaiting: Gauge;
  readonly outboxOldest: Gauge;
  readonly outboxDead: Counter<'channel'>;
  readonly monitorLastRun: Gauge;
  readonly monitorLag: Gauge;
  readonly monitorRuns: Counter<'status'>;
  readonly alertsOpen: Gauge<'severity'>;
}

/** Registers what is about the process, its event loops and its database. */
export function createOperationsMetrics(registry: Registry): OperationsMetrics {
  const { counter, gauge } = metricFactory(registry);
  const observers: (() => void)[] = [];
  return {
    startedAt: gauge(
      'lqo_start_time_seconds',
      'Unix time at which the main process of the program started.',
      [],
    ),
    databaseErrors: counter(
      'lqo_db_errors_total',
      'Statements and transactions that the database did not do: connection, timeout, conflict, constraint, resources, other.',
      ['type'],
    ),
    eventLoopDelay: new Gauge({
      name: 'lqo_event_loop_delay_seconds',
      help: 'Delay of the event loop since the last scrape, 99th percentile, by thread.',
      labelNames: ['thread'],
      registers: [registry],
      // Of several gateway processes the slowest is shown.
      aggregator: 'max',
      collect(): void {
        for (const observe of observers) observe();
      },
    }),
    onScrape(observe: () => void): void {
      observers.push(observe);
    },
  };
}

/** Registers what is about monitors, alerts and messages. */
export function createAlertingMetrics(registry: Registry): AlertingMetrics {
  const { counter, gauge } = metricFactory(registry);
  return {
    outboxWaiting: gauge(
      'lqo_outbox_waiting',
      'Messages that are not delivered yet, over all programs of the installation.',
      [],
    ),
    outboxOldest: gauge(
      'lqo_outbox_oldest_seconds',
      'How long the oldest message that is not delivered yet has waited.',
      [],
    ),
    outboxDead: counter(
      'lqo_outbox_dead_total',
      'Messages given up after the last try, by kind of channel.',
      ['channel'],
    ),
    monitorLastRun: gauge(
      'lqo_monitor_last_run_timestamp_seconds',
      'Unix time at which monitors were last looked at by any program of the installation; 0 while never.',
      [],
    ),
    monitorLag: gauge(
      'lqo_monitor_lag_seconds',
      'How far the monitor that is furthest behind has fallen back.',
      [],
    ),
    monitorRuns: counter('lqo_monitor_runs_total', 'Rounds of looking at monitors by outcome.', [
      'status',
    ]),
    alertsOpen: gauge(
      'lqo_alerts_open',
      'Open alerts of the program itself by severity, over all projects.',
      ['severity'],
    ),
  };
}
