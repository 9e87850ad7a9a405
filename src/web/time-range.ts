export const PRESETS = ['1h', '24h', '7d', '30d'] as const;
export type Preset = (typeof PRESETS)[number];
export const DEFAULT_PRESET: Preset = '24h';

const HOUR = 3_600_000;
const LENGTH: Record<Preset, number> = {
  '1h': HOUR,
  '24h': 24 * HOUR,
  '7d': 7 * 24 * HOUR,
  '30d': 30 * 24 * HOUR,
};

/** The longest range the API answers. */
const MAX_LENGTH = 400 * 24 * HOUR;

export interface RangeChoice {
  readonly range?: Preset | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** `from` inclusive, `to` exclusive, ISO 8601 UTC; `preset` is null for a range of one's own. */
export interface TimeRange {
  readonly from: string;
  readonly to: string;
  readonly preset: Preset | null;
}

export function isPreset(value: unknown): value is Preset {
  return PRESETS.some((preset) => preset === value);
}

/** The text as a time, or undefined when it is none. */
export function readTime(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The range that the address asks for, seen at `now`. A broken or too long one falls back to the preset. */
export function resolveRange(choice: RangeChoice, now: number): TimeRange {
  const from = choice.from === undefined ? Number.NaN : Date.parse(choice.from);
  const to = choice.to === undefined ? Number.NaN : Date.parse(choice.to);
  if (to > from && to - from <= MAX_LENGTH)
    return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), preset: null };
  const preset = choice.range ?? DEFAULT_PRESET;
  return {
    from: new Date(now - LENGTH[preset]).toISOString(),
    to: new Date(now).toISOString(),
    preset,
  };
}

export type Interval = 'hour' | 'day' | 'week';

/** The bucket that gives a chart of readable width: at most about 170 points. */
export function chooseInterval(range: TimeRange): Interval {
  const length = Date.parse(range.to) - Date.parse(range.from);
  if (length <= 7 * 24 * HOUR) return 'hour';
  return length <= 120 * 24 * HOUR ? 'day' : 'week';
}

const LONG_MS = 2 * 86_400_000;

/** How moments under a chart of so many milliseconds are written: hours do for two days, then dates are missed. */
export function axisUnit(spanMs: number): 'day' | 'hour' {
  return spanMs > LONG_MS ? 'day' : 'hour';
}
