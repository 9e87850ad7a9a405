import { setImmediate } from 'node:timers/promises';
import type { Estimate } from '../../contract/common.ts';
import type { MonitorBacktest } from '../../contract/monitors.ts';
import { meanInterval } from '../../statistics/intervals.ts';
import { learnFrom } from './learn-drift.ts';
import { isFraction } from './metric-facts.ts';
import { type Memory, NO_MEMORY, replay, type Watched } from './replay.ts';
import { Series } from './series.ts';
import { NO_SHIFT, type Shift, Simulation, type Steady } from './simulate.ts';
import { lookBackMinutes } from './windows.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
/** Looks that are simulated for each figure: a second or two, whatever the step. */
const LOOKS = 100_000;
const MOST_RUNS = 30;
const LEAST_RUNS = 6;
/** Drawing single calls takes time too. */
const DRAWS = 2_000_000;

export interface Chances {
  readonly watched: Watched;
  readonly steady: Steady;
}

/** A moment (a midnight, UTC) at which simulations begin. */
const BEGIN = Date.UTC(2026, 0, 5);

/**
 * How often the monitor fires in 30 days of a steady series, with the 95 % interval of the simulated months; n is
 * their number. What fires is ended only by the monitor itself, as in life.
 */
export async function falseAlarms(chances: Chances): Promise<Estimate> {
  const runs = runsFor(chances, MONTH_DAYS);
  const counts: number[] = [];
  for (let run = 1; run <= runs; run++) {
    counts.push(alarmsOfMonth(chances, run));
    // Others in this thread go on between two months.
    await setImmediate();
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  const sumOfSquares = counts.reduce((total, count) => total + count * count, 0);
  const { value, low, high } = meanInterval(
    { n: runs, sum, sumOfSquares },
    { low: 0, high: Infinity },
  );
  // Nothing in so many months: the rule of three (Hanley, Lippman-Hand 1983, JAMA 249(13)).
  return sum === 0 ? { value: 0, n: runs, low: 0, high: 3 / runs } : { value, n: runs, low, high };
}

function alarmsOfMonth({ watched, steady }: Chances, seed: number): number {
  const simulation = new Simulation(steady, seed);
  const start = startOf({ watched, steady }, simulation);
  const to = BEGIN + MONTH_DAYS * DAY_MS;
  const series = new Series([...start.points, ...simulation.points({ from: BEGIN, to })]);
  const { looks } = replay(
    watched,
    { series, memory: start.memory },
    { from: BEGIN, to, stepMs: steady.stepMs },
  );
  return looks.filter(({ state }, at) => state === 'firing' && looks[at - 1]?.state !== 'firing')
    .length;
}

interface Start {
  readonly memory: Memory;
  readonly points: ReturnType<Simulation['points']>;
}

/** What a monitor knows at the beginning: the points that its windows need, and its baseline. */
function startOf({ watched, steady }: Chances, simulation: Simulation): Start {
  const { metric, condition } = watched;
  const back = Math.ceil((lookBackMinutes(condition) * MINUTE_MS) / steady.stepMs) * steady.stepMs;
  if (condition.kind !== 'drift') {
    return { memory: NO_MEMORY, points: simulation.points({ from: BEGIN - back, to: BEGIN }) };
  }
  const from = BEGIN - condition.baselineDays * DAY_MS;
  const points = simulation.points({ from, to: BEGIN });
  const learned = learnFrom(points, { metric, condition }, BEGIN);
  const drift = 'drift' in learned ? learned.drift : null;
  return {
    memory: { ...NO_MEMORY, drift },
    points: points.filter(({ at }) => at >= BEGIN - back),
  };
}

type Delay = MonitorBacktest['delays'][number];

const FOUND_WITHIN_DAYS = 7;

/** How long the monitor takes to fire after the level moved, for changes worth knowing of. */
export async function delays(chances: Chances): Promise<Delay[]> {
  const sign = directionOf(chances.watched);
  if (sign === null) return [];
  const all: Delay[] = [];
  for (const drop of dropsFor(chances)) all.push(await delayOf(chances, { drop, sign }));
  return all;
}

async function delayOf(
  chances: Chances,
  { drop, sign }: { drop: number; sign: 1 | -1 },
): Promise<Delay> {
  const runs = runsFor(chances, FOUND_WITHIN_DAYS);
  const found: { hours: number; samples: number }[] = [];
  for (let run = 0; run < runs; run++) {
    const delay = firstAlarm(chances, shiftOf(chances, sign * drop), 1_000 + run);
    if (delay !== null) found.push(delay);
    await setImmediate();
  }
  const middle = (runs - 1) >> 1;
  const sorted = (of: (delay: { hours: number; samples: number }) => number): number | null =>
    found.map(of).sort((a, b) => a - b)[middle] ?? null;
  return {
    drop,
    found: found.length / runs,
    medianSamples: sorted(({ samples }) => samples),
    medianHours: sorted(({ hours }) => hours),
  };
}

/** Sums move by their volume, everything else by its level. */
function shiftOf({ steady }: Chances, by: number): Shift {
  if (steady.facts.family !== 'sum') return { ...NO_SHIFT, mean: by };
  return { ...NO_SHIFT, factor: Math.max(0, 1 + by) };
}

/** The time and the samples from a change, at a time of day by the seed, to the first look that fires. */
function firstAlarm(
  { watched, steady }: Chances,
  shift: Shift,
  seed: number,
): { hours: number; samples: number } | null {
  const simulation = new Simulation(steady, seed);
  const start = startOf({ watched, steady }, simulation);
  const { stepMs } = steady;
  const change = BEGIN + Math.floor(((seed * 0.618) % 1) * (DAY_MS / stepMs)) * stepMs;
  const before = simulation.points({ from: BEGIN, to: change });
  let points = [...start.points, ...before];
  let { memory } = replay(
    watched,
    { series: new Series(points), memory: start.memory },
    { from: BEGIN, to: change, stepMs },
  );
  // What fires by chance just then is no find.
  memory = { ...memory, active: 'ok', since: null };
  for (let day = 0; day < FOUND_WITHIN_DAYS; day++) {
    const from = change + day * DAY_MS;
    points = [...points, ...simulation.points({ from, to: from + DAY_MS }, shift)];
    const series = new Series(points);
    const walked = replay(watched, { series, memory }, { from, to: from + DAY_MS, stepMs });
    const hit = walked.looks.find(({ state }) => state === 'firing');
    if (hit !== undefined) {
      const { n } = series.moments(change, hit.at);
      return { hours: (hit.at - change) / 3_600_000, samples: Math.round(n) };
    }
    memory = walked.memory;
  }
  return null;
}

function runsFor({ steady, watched }: Chances, days: number): number {
  const history = watched.condition.kind === 'drift' ? watched.condition.baselineDays : 1;
  const perDay = steady.profile.reduce((sum, n) => sum + n, 0) / steady.sessionSize;
  const byLooks = LOOKS / ((days * DAY_MS) / steady.stepMs);
  const byDraws = DRAWS / Math.max(1, perDay * (days + history));
  return Math.max(LEAST_RUNS, Math.min(MOST_RUNS, Math.floor(Math.min(byLooks, byDraws))));
}

/** Whether the monitor is afraid of more or of less; null where neither. */
function directionOf({ metric, condition }: Watched): 1 | -1 | null {
  switch (condition.kind) {
    case 'threshold':
      return condition.comparison === 'above' ? 1 : -1;
    case 'change':
    case 'drift':
      return condition.direction === 'rise' ? 1 : -1;
    case 'burn_rate':
      return metric.kind === 'error_rate' || metric.kind === 'flag_rate' ? 1 : -1;
    case 'absence':
    case 'budget_level':
      return null;
    default:
      return condition satisfies never;
  }
}

/** Changes that people ask about: five and ten points of a share, a quarter and a half of anything else. */
function dropsFor({ watched: { condition }, steady }: Chances): number[] {
  const usual = isFraction(steady.facts)
    ? [0.05, 0.1]
    : [0.25, 0.5].map((share) => (steady.facts.family === 'sum' ? share : share * steady.mean));
  const own = condition.kind === 'drift' ? [condition.by] : [];
  return [...new Set([...usual, ...own])].sort((a, b) => a - b);
}
