import type { MonitorCondition } from '../../contract/monitors.ts';
import { BURN_MINUTES } from './conditions/burn-rate.ts';
import { referenceMinutes } from './conditions/change.ts';
import type { Stretch } from './point-store.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** How long the points of a monitor are, in minutes: long windows need no fine ones. */
export function stepMinutesOf(condition: MonitorCondition): number {
  const minutes = windowOf(condition);
  if (minutes <= DAY_MINUTES || condition.kind === 'burn_rate') return 1;
  return minutes <= 7 * DAY_MINUTES ? 5 : 30;
}

/** Minutes of the window that one look sums up. */
function windowOf(condition: MonitorCondition): number {
  switch (condition.kind) {
    case 'threshold':
    case 'change':
      return condition.windowMinutes;
    case 'absence':
      return 60;
    case 'burn_rate':
      return BURN_MINUTES;
    case 'drift':
      return DAY_MINUTES;
    case 'budget_level':
      return 5;
    default:
      return condition satisfies never;
  }
}

/** How far back a look needs points, in minutes. */
export function lookBackMinutes(condition: MonitorCondition): number {
  const window = windowOf(condition);
  if (condition.kind === 'change') return referenceMinutes(condition) + window;
  if (condition.kind === 'absence') return Math.max(condition.forMinutes, DAY_MINUTES);
  return Math.max(window, DAY_MINUTES);
}

/** The stretches of points that looks in (from, to] need. */
export function stretchesFor(condition: MonitorCondition, { from, to }: Stretch): Stretch[] {
  const windowMs = windowOf(condition) * MINUTE_MS;
  const now = { from: from - windowMs, to };
  if (condition.kind !== 'change') return [now];
  const backMs = referenceMinutes(condition) * MINUTE_MS;
  return [now, { from: now.from - backMs, to: to - backMs }];
}
