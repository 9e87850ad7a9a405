import { AppError } from './errors.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MAX_RANGE_MS = 400 * DAY_MS;

/** A stretch of time: `from` inclusive, `to` exclusive. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The range a caller asks for in ISO 8601 text; without `to` it ends now, without `from` it is 24 hours long.
 * Throws `invalid_request` when it is empty, backwards or longer than 400 days.
 */
export function askedRange(
  asked: { readonly from?: string | undefined; readonly to?: string | undefined },
  nowMs: number,
): TimeRange {
  const toMs = asked.to === undefined ? nowMs : Date.parse(asked.to);
  const fromMs = asked.from === undefined ? toMs - DAY_MS : Date.parse(asked.from);
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) {
    throw new AppError('invalid_request', 'from and to must be ISO 8601 times.');
  }
  if (fromMs >= toMs) throw new AppError('invalid_request', 'from must be before to.');
  if (toMs - fromMs > MAX_RANGE_MS) {
    throw new AppError('invalid_request', 'The range must not be longer than 400 days.');
  }
  return { from: new Date(fromMs), to: new Date(toMs) };
}

/** The smallest range of whole units (UTC) around a range. Weeks begin on Monday. */
export function wholeUnits(range: TimeRange, unit: 'hour' | 'day' | 'week'): TimeRange {
  const { sizeMs, offsetMs } = UNITS[unit];
  const units = (time: Date): number => (time.getTime() - offsetMs) / sizeMs;
  return {
    from: new Date(Math.floor(units(range.from)) * sizeMs + offsetMs),
    to: new Date(Math.ceil(units(range.to)) * sizeMs + offsetMs),
  };
}

/** The starts of all whole units of an aligned range, in order. */
export function unitStarts(aligned: TimeRange, unit: 'hour' | 'day' | 'week'): Date[] {
  const { sizeMs } = UNITS[unit];
  const count = Math.round((aligned.to.getTime() - aligned.from.getTime()) / sizeMs);
  return Array.from({ length: count }, (_, at) => new Date(aligned.from.getTime() + at * sizeMs));
}

/** 1970-01-01 was a Thursday, so Monday weeks begin four days later. */
const UNITS = {
  hour: { sizeMs: HOUR_MS, offsetMs: 0 },
  day: { sizeMs: DAY_MS, offsetMs: 0 },
  week: { sizeMs: 7 * DAY_MS, offsetMs: 4 * DAY_MS },
} as const;
