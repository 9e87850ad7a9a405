import type { Queryable } from '../../store/database.ts';
import {
  type Drift,
  type DriftBaseline,
  learnBaseline,
  planDrift,
  startDrift,
} from './conditions/drift.ts';
import { observe } from './observe.ts';
import type { Point } from './points.ts';
import type { Memory } from './replay.ts';
import { Series } from './series.ts';
import type { JudgedMonitor } from './verdicts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Learned {
  readonly memory: Memory;
  /** When it was tried last; null while nothing has to be learned. */
  readonly triedAt: number | null;
  /** Why there is no baseline; null when there is one, or when none is needed. */
  readonly problem: string | null;
}

/**
 * Learns what is normal for a drift monitor that does not know it yet, from what the days before show; tried once an
 * hour, because it reads all of them. A baseline that was learned stays until the definition changes.
 */
export async function learnDrift(
  tx: Queryable,
  { projectId, definition }: JudgedMonitor,
  given: { readonly memory: Memory; readonly triedAt: number | null; readonly untilMs: number },
): Promise<Learned> {
  const { memory, triedAt, untilMs } = given;
  const { metric, slice, condition } = definition;
  if (condition.kind !== 'drift' || memory.drift !== null) {
    return { memory, triedAt: null, problem: null };
  }
  if (triedAt !== null && untilMs - triedAt < HOUR_MS) {
    return { memory, triedAt, problem: WAITING };
  }
  const stretch = { from: untilMs - condition.baselineDays * DAY_MS, to: untilMs };
  const points = await observe(tx, { projectId, metric, slice }, { ...stretch, stepMinutes: 60 });
  const learned = learnFrom(points, { metric, condition }, stretch.to);
  if ('problem' in learned) return { memory, triedAt: untilMs, problem: learned.problem };
  return { memory: { ...memory, drift: learned.drift }, triedAt: null, problem: null };
}

const WAITING =
  'The baseline is being learned: too little was observed so far. It is tried every hour.';

/** The start of a drift monitor from points of the past, up to `to`; or why it cannot start. */
export function learnFrom(
  points: readonly Point[],
  watched: { readonly metric: JudgedMonitor['definition']['metric']; readonly condition: Drift },
  to: number,
): { readonly drift: NonNullable<Memory['drift']> } | { readonly problem: string } {
  const { condition } = watched;
  const first = points[0]?.at ?? to;
  const total = new Series(points).total(first, to);
  const days = Math.max(1 / 24, (to - first) / DAY_MS);
  const baseline: DriftBaseline | null = learnBaseline(watched, { total, days });
  if (baseline === null) {
    return {
      problem: `Not enough data for a baseline (${total.n} of ${condition.minSamples}). It is tried every hour.`,
    };
  }
  const plan = planDrift(watched, baseline);
  if (plan === null) {
    return {
      problem: `The baseline (n = ${total.n}) is too uncertain for a change of ${condition.by} with one false alarm in ${condition.falseAlarmDays} days. It is learned anew every hour.`,
    };
  }
  return { drift: startDrift(baseline, plan) };
}
