export { HistogramBars, type HistogramBin } from './histogram-bars.tsx';
export { ScatterChart, type ScatterInput } from './scatter-chart.tsx';
export { TrendChart } from './trend-chart.tsx';
export type { TrendLine, TrendStretch } from './trend-levels.ts';
export type { ChartMark, TrendInput, TrendSeries } from './trend-option.ts';
