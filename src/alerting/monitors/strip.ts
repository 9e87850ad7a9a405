import type { MonitorState } from '../../contract/monitors.ts';

/** A moment from which on a monitor was in a state. */
export interface StateChange {
  readonly at: Date;
  readonly state: MonitorState;
}

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** The worst of an hour is shown. */
const LETTERS: readonly (readonly [states: readonly MonitorState[], letter: string])[] = [
  [['firing'], 'f'],
  [['pending'], 'p'],
  [['ok'], 'o'],
  [['no_data', 'learning'], 'n'],
];

/**
 * One letter for each of the last 24 hours up to `until` (the last look), oldest first. `changes` are in order of time
 * and begin with the last one before these hours; without any, and after the last look, nothing was looked at.
 */
export function stripOf(
  changes: readonly StateChange[],
  { nowMs, until }: { readonly nowMs: number; readonly until: Date | null },
): string {
  const letters = Array.from({ length: HOURS }, (_, hour) => {
    const from = nowMs - (HOURS - hour) * HOUR_MS;
    const to = Math.min(from + HOUR_MS, until?.getTime() ?? 0);
    return to <= from ? '-' : letterOf(statesWithin(changes, { from, to }));
  });
  return letters.join('');
}

function statesWithin(
  changes: readonly StateChange[],
  { from, to }: { readonly from: number; readonly to: number },
): MonitorState[] {
  const before = changes.findLast(({ at }) => at.getTime() <= from);
  const inside = changes.filter(({ at }) => at.getTime() > from && at.getTime() < to);
  return [...(before === undefined ? [] : [before]), ...inside].map(({ state }) => state);
}

function letterOf(states: readonly MonitorState[]): string {
  return LETTERS.find(([of]) => states.some((state) => of.includes(state)))?.[1] ?? '-';
}
