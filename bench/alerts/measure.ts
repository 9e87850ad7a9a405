import { generator } from '../../src/statistics/generator.ts';
import { type Interval, meanInterval } from '../../src/statistics/intervals.ts';
import { drawLook, LOOKS_A_DAY, type Look, type Traffic } from './traffic.ts';
import type { Past, Watcher } from './watchers.ts';

export const GOOD = 0.9;
const PAST_LOOKS = 14 * LOOKS_A_DAY;
const QUIET_DAYS = 60;
/** Projects to count false alarms in, each with a past of its own, and falls to be found. */
const PROJECTS = 300;
const FALLS = 400;
/** Quiet days before a fall, and how long it is waited for. */
const LOOKS_BEFORE = 3 * LOOKS_A_DAY;
const MOST_LOOKS = 30 * LOOKS_A_DAY;

export type MakeWatcher = (past: Past) => Watcher;

function drawPast(traffic: Traffic, random: () => number): Past {
  const looks = Array.from({ length: PAST_LOOKS }, (_, at) =>
    drawLook(traffic, { at, rate: GOOD }, random),
  );
  return {
    looks,
    sessions: looks.flatMap(({ sessions }) => sessions),
    samplesPerDay: traffic.samplesPerDay,
  };
}

/** Times a month that the condition begins to hold while nothing is wrong; the interval is between projects. */
export function falseAlarms(traffic: Traffic, make: MakeWatcher, projects = PROJECTS): Interval {
  const random = generator(traffic.samplesPerDay);
  let [sum, sumOfSquares] = [0, 0];
  for (let project = 0; project < projects; project++) {
    const watch = make(drawPast(traffic, random));
    let alarms = 0;
    let isFiring = false;
    for (let at = 0; at < QUIET_DAYS * LOOKS_A_DAY; at++) {
      const fires = watch(drawLook(traffic, { at, rate: GOOD }, random));
      if (fires && !isFiring) alarms += 1;
      isFiring = fires;
    }
    const monthly = (alarms * 30) / QUIET_DAYS;
    sum += monthly;
    sumOfSquares += monthly * monthly;
  }
  return meanInterval({ n: projects, sum, sumOfSquares }, { low: 0, high: Infinity });
}

export interface Delay {
  /** Share of falls found within 30 days. */
  readonly found: number;
  /** Judged answers from the fall to the alarm, and hours; null where fewer are found. */
  readonly medianSamples: number | null;
  readonly p90Samples: number | null;
  readonly medianHours: number | null;
}

/** How long a fall by `by` goes on before it is told. */
export function delayOf(traffic: Traffic, make: MakeWatcher, by: number): Delay {
  const random = generator(traffic.samplesPerDay + 1);
  const delays = Array.from({ length: FALLS }, () => {
    const watch = make(drawPast(traffic, random));
    for (let at = 0; at < LOOKS_BEFORE; at++) {
      watch(drawLook(traffic, { at, rate: GOOD }, random));
    }
    return untilAlarm(watch, (at): Look => drawLook(traffic, { at, rate: GOOD - by }, random));
  });
  const samples = delays.map(({ n }) => n).sort((a, b) => a - b);
  const hours = delays.map((delay) => delay.hours).sort((a, b) => a - b);
  return {
    found: delays.filter(({ n }) => Number.isFinite(n)).length / FALLS,
    medianSamples: finite(samples[FALLS / 2]),
    p90Samples: finite(samples[FALLS * 0.9]),
    medianHours: finite(hours[FALLS / 2]),
  };
}

function untilAlarm(watch: Watcher, next: (at: number) => Look): { n: number; hours: number } {
  let n = 0;
  for (let looks = 1; looks <= MOST_LOOKS; looks++) {
    const look = next(LOOKS_BEFORE + looks);
    n += look.n;
    if (watch(look)) return { n, hours: (looks * 24) / LOOKS_A_DAY };
  }
  return { n: Number.POSITIVE_INFINITY, hours: Number.POSITIVE_INFINITY };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
