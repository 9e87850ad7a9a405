import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';

/** Where times and ids of alerts and messages come from. */
export interface AlertingDeps {
  readonly clock: Clock;
  readonly newId: NewId;
}
