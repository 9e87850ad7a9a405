import { asError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import { tendAlerts } from './alerts/tend-alerts.ts';
import { createDeliverer, type DelivererDeps } from './outbox/deliver.ts';
import { closeRecoveredEverywhere, giveUpOld } from './outbox/expire.ts';
import { measureAlerting } from './outbox/measure.ts';

export interface AlertingRun extends Omit<DelivererDeps, 'onDead'> {
  readonly metrics: Metrics['alerting'];
}

const DELIVER_EVERY_MS = 1_000;
const TEND_EVERY_MS = 5_000;
const SWEEP_EVERY_MS = 30_000;
const REST_AFTER_FAILURE_MS = 5_000;

/**
 * Tells and delivers until it is stopped: messages every second, what is due by time every five seconds, and twice a
 * minute what is given up and what metrics show. Programs that share a database do it beside each other.
 */
export function runAlerting(run: AlertingRun): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const onDead = (kind: string): void => run.metrics.outboxDead.inc({ channel: kind });
  const deliverer = createDeliverer({ ...run, onDead });
  const sweep = async (): Promise<void> => {
    for (const kind of await giveUpOld(run)) onDead(kind);
    await closeRecoveredEverywhere(run);
    await measureAlerting(run);
  };
  const rounds = [
    everySoOften(run, DELIVER_EVERY_MS, () => deliverer.deliver()),
    everySoOften(run, TEND_EVERY_MS, () => tendAlerts(run, stopping.signal)),
    everySoOften(run, SWEEP_EVERY_MS, sweep),
  ];
  return {
    async stop(): Promise<void> {
      stopping.abort();
      const ended = rounds.map((round) => round.stop());
      await deliverer.stop();
      await Promise.all(ended);
    },
  };
}

/** Does something again and again, never twice at once; what goes wrong is logged and done again after a rest. */
function everySoOften(
  { log, clock }: Pick<AlertingRun, 'log' | 'clock'>,
  everyMs: number,
  work: () => Promise<void>,
): { stop(): Promise<void> } {
  let under: Promise<void> | null = null;
  let restsUntilMs = 0;
  const begin = (): void => {
    if (clock.monotonic() < restsUntilMs) return;
    under ??= work()
      .catch((thrown: unknown) => {
        log.warn({ err: asError(thrown) }, 'alerting fell behind');
        restsUntilMs = clock.monotonic() + REST_AFTER_FAILURE_MS;
      })
      .finally(() => {
        under = null;
      });
  };
  const timer = setInterval(begin, everyMs).unref();
  begin();
  return {
    async stop(): Promise<void> {
      clearInterval(timer);
      await under;
    },
  };
}
