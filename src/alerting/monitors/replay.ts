import type { MonitorCondition, MonitorMetric, MonitorState } from '../../contract/monitors.ts';
import { judgeAbsence } from './conditions/absence.ts';
import { judgeBurnRate } from './conditions/burn-rate.ts';
import { judgeChange } from './conditions/change.ts';
import {
  type DriftMemory,
  type DriftPlan,
  findDrift,
  planDrift,
  stepDrift,
} from './conditions/drift.ts';
import { judgeBudgetLevel, judgeThreshold } from './conditions/threshold.ts';
import { type Finding, UNKNOWN } from './finding.ts';
import type { Series } from './series.ts';

/** What is remembered from look to look. Plain JSON. */
export interface Memory {
  readonly active: 'ok' | 'pending' | 'firing';
  /** When the condition began to hold, in milliseconds of the epoch. */
  readonly since: number | null;
  /** The last minute with anything in it. */
  readonly lastSeen: number | null;
  /** Null without a drift condition, and while its baseline is unknown. */
  readonly drift: DriftMemory | null;
}

export const NO_MEMORY: Memory = { active: 'ok', since: null, lastSeen: null, drift: null };

/** What a look at one moment finds. */
export interface Look {
  /** The end of the window that was looked at, in milliseconds of the epoch. */
  readonly at: number;
  readonly state: MonitorState;
  readonly finding: Finding;
  readonly since: number | null;
}

export interface Watched {
  readonly metric: MonitorMetric;
  readonly condition: MonitorCondition;
}

/** The looks to make: at `from` + step, from + 2 steps, … up to and with `to`. */
export interface Walk {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/**
 * Looks at a series step by step as time passed: the live monitor, one that catches up after a pause and the backtest
 * are all this. Pure: what it answers depends on its arguments alone.
 */
export function replay(
  watched: Watched,
  { series, memory }: { readonly series: Series; readonly memory: Memory },
  { from, to, stepMs }: Walk,
): { readonly looks: Look[]; readonly memory: Memory } {
  const looks: Look[] = [];
  const plan = planOf(watched, memory);
  let now = memory;
  for (let at = from + stepMs; at <= to; at += stepMs) {
    const [look, next] = lookAt(watched, { series, memory: now, plan }, { at, stepMs });
    looks.push(look);
    now = next;
  }
  return { looks, memory: now };
}

interface Known {
  readonly series: Series;
  readonly memory: Memory;
  readonly plan: DriftPlan | null;
}

function planOf({ metric, condition }: Watched, { drift }: Memory): DriftPlan | null {
  if (condition.kind !== 'drift' || drift === null) return null;
  return planDrift({ metric, condition }, drift.baseline);
}

function lookAt(
  watched: Watched,
  { series, memory: before, plan }: Known,
  { at, stepMs }: { readonly at: number; readonly stepMs: number },
): [Look, Memory] {
  const seen = series.lastBefore(at);
  const drift =
    before.drift === null || plan === null
      ? before.drift
      : stepDrift(before.drift, plan, { series, from: at - stepMs, to: at });
  const memory = { ...before, drift, lastSeen: latest(before.lastSeen, seen) };
  const finding = judge(watched, { series, memory, plan }, at);
  const next = advance(memory, finding, { at, forMs: forMsOf(watched.condition) });
  return [{ at, state: stateOf(next, finding), finding, since: next.since }, next];
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function judge(
  { metric, condition }: Watched,
  { series, memory, plan }: Known,
  at: number,
): Finding {
  switch (condition.kind) {
    case 'threshold':
      return judgeThreshold(series, { metric, condition }, at);
    case 'change':
      return judgeChange(series, { metric, condition }, at);
    case 'drift':
      return memory.drift === null || plan === null
        ? learning(condition)
        : findDrift(memory.drift, { metric, condition }, { series, at });
    case 'absence':
      return judgeAbsence(series, { metric, condition }, { at, lastSeen: memory.lastSeen });
    case 'burn_rate':
      return judgeBurnRate(series, { metric, condition }, at);
    case 'budget_level':
      return judgeBudgetLevel(series, { metric, condition }, at);
    default:
      return condition satisfies never;
  }
}

function learning({ direction }: Extract<MonitorCondition, { kind: 'drift' }>): Finding {
  return {
    verdict: 'learning',
    kind: direction === 'fall' ? 'drift_down' : 'drift_up',
    current: UNKNOWN,
    against: null,
    details: {},
    changedAt: null,
  };
}

const MINUTE_MS = 60_000;

function forMsOf(condition: MonitorCondition): number {
  return condition.kind === 'threshold' ? condition.forMinutes * MINUTE_MS : 0;
}

/** The next state: what is unknown changes nothing, and between the limits what fires goes on firing. */
function advance(
  memory: Memory,
  { verdict }: Finding,
  { at, forMs }: { readonly at: number; readonly forMs: number },
): Memory {
  if (verdict === 'unknown' || verdict === 'learning') return memory;
  if (verdict === 'clear' || (verdict === 'between' && memory.active !== 'firing')) {
    return { ...memory, active: 'ok', since: null };
  }
  if (memory.active === 'firing') return memory;
  const since = memory.since ?? at;
  return { ...memory, active: at - since >= forMs ? 'firing' : 'pending', since };
}

function stateOf({ active }: Memory, { verdict }: Finding): MonitorState {
  if (verdict === 'unknown') return 'no_data';
  return verdict === 'learning' ? 'learning' : active;
}
