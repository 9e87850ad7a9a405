import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Spool } from '../ingest/spool-record.ts';
import type { CallMetrics } from './call-metrics.ts';
import type { Limits } from './deadlines.ts';
import type { Drains } from './drains.ts';
import type { InFlight } from './in-flight.ts';

/** What every exchange of a gateway uses. */
export interface ExchangeTools {
  readonly clock: Clock;
  readonly spool: Spool;
  readonly metrics: CallMetrics;
  readonly log: Log;
  readonly limits: Limits;
  readonly keepBytes: number;
  readonly inFlight: InFlight;
  readonly drains: Drains;
}
