/** A promise about a rate is kept when at least `objective` of all events are good. */
export interface BurnWindow {
  /** How many times faster than allowed errors come. */
  readonly rate: number;
  /** Shows that it matters, and (the short one) that it still goes on. */
  readonly longMinutes: number;
  readonly shortMinutes: number;
}

/**
 * The pairs of windows to look at, most urgent first: 2 % of 30 days' errors in an hour, 5 % in six hours, 10 % in three
 * days. Source: Beyer et al. 2018, The Site Reliability Workbook, chapter 5, table 5-8.
 */
export const BURN_WINDOWS: readonly BurnWindow[] = [
  { rate: 14.4, longMinutes: 60, shortMinutes: 5 },
  { rate: 6, longMinutes: 360, shortMinutes: 30 },
  { rate: 1, longMinutes: 4_320, shortMinutes: 360 },
];

export interface EventCounts {
  readonly n: number;
  readonly bad: number;
}

/** How many times faster than the objective allows errors come; null without events. */
export function burnRate({ n, bad }: EventCounts, objective: number): number | null {
  return n > 0 ? bad / n / (1 - objective) : null;
}

export interface BurnQuestion {
  /** Share of good events that is promised, above 0 and below 1. */
  readonly objective: number;
  /** Events that the long window needs before it says anything. */
  readonly minSamples: number;
}

export interface BurnAnswer {
  /** The most urgent pair that burns; null when none does. */
  readonly burning: (BurnWindow & { readonly long: number; readonly short: number }) | null;
  /** False when not even the longest window has enough events to tell. */
  readonly isKnown: boolean;
}

/**
 * Whether an error budget burns too fast: in one of the pairs both windows do. Windows with few events are not asked,
 * because one error of ten is 100 times the rate that an objective of 99.9 % allows, and one more bad event than the rate
 * allows is needed in any case.
 */
export function judgeBurn(
  countsOf: (minutes: number) => EventCounts,
  { objective, minSamples }: BurnQuestion,
): BurnAnswer {
  let isKnown = false;
  for (const window of BURN_WINDOWS) {
    const longCounts = countsOf(window.longMinutes);
    if (longCounts.n < minSamples) continue;
    isKnown = true;
    const allowed = longCounts.n * (1 - objective) * window.rate;
    const long = burnRate(longCounts, objective) ?? 0;
    const short = burnRate(countsOf(window.shortMinutes), objective) ?? 0;
    const isBeyondOne = longCounts.bad >= allowed && longCounts.bad >= 2;
    if (isBeyondOne && short >= window.rate)
      return { burning: { ...window, long, short }, isKnown };
  }
  return { burning: null, isKnown };
}
