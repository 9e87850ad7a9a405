import { useCallback } from 'react';
import { Chart } from './chart.tsx';
import type { Palette } from './palette.ts';
import { type TrendInput, trendOption } from './trend-option.ts';

interface Props {
  readonly input: TrendInput;
  readonly label: string;
  /** Written over a chart that has nothing to draw. */
  readonly empty: string;
  readonly className?: string;
  readonly onBrush?: (from: number, to: number) => void;
}

function isEmpty({ series }: TrendInput): boolean {
  return series.every(({ points }) => points.every(({ value }) => value === null));
}

/** A time series with its interval; a drag chooses a span of time. */
export function TrendChart({ input, label, empty, className = 'h-40', onBrush }: Props) {
  const option = useCallback((palette: Palette) => trendOption(input, palette), [input]);
  return (
    <div className="relative">
      <Chart
        option={option}
        label={label}
        className={className}
        {...(onBrush === undefined ? {} : { onBrush })}
      />
      {isEmpty(input) && (
        <p
          aria-hidden="true"
          className="pointer-events-none absolute inset-0 grid place-items-center text-xs text-muted"
        >
          <span className="rounded bg-surface px-2 py-1">{empty}</span>
        </p>
      )}
    </div>
  );
}
