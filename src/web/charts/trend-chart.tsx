import { useCallback } from 'react';
import { Chart } from './chart.tsx';
import type { Palette } from './palette.ts';
import { type TrendInput, trendOption } from './trend-option.ts';

interface Props {
  readonly input: TrendInput;
  readonly label: string;
  readonly className?: string;
  readonly onBrush?: (from: number, to: number) => void;
}

/** A time series with its interval; a drag chooses a span of time. */
export function TrendChart({ input, label, className = 'h-40', onBrush }: Props) {
  const option = useCallback((palette: Palette) => trendOption(input, palette), [input]);
  return (
    <Chart
      option={option}
      label={label}
      className={className}
      {...(onBrush === undefined ? {} : { onBrush })}
    />
  );
}
