import type { AlertReason } from '../../contract/alerts.ts';
import type { Estimate } from '../../contract/common.ts';

/** What a condition says of one moment. */
export interface Finding {
  /**
   * `holds`: it would fire; `clear`: it would resolve; `between` (hysteresis): neither; `unknown`: too little was
   * observed; `learning`: what is normal is not known yet.
   */
  readonly verdict: 'holds' | 'clear' | 'between' | 'unknown' | 'learning';
  readonly kind: AlertReason['kind'];
  readonly current: Estimate;
  /** The limit, reference or baseline it is held against; null without one. */
  readonly against: number | null;
  readonly details: Readonly<Record<string, string | number>>;
  /** Most likely moment of the change, in milliseconds of the epoch; null when nothing speaks for one. */
  readonly changedAt: number | null;
}

export const UNKNOWN: Estimate = { value: null, n: 0, low: null, high: null };
