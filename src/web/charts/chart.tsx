import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { useDrawnTheme } from '../settings-store.ts';
import { classNames } from '../ui/class-names.ts';
import { type Palette, readPalette } from './palette.ts';
import { useBrush } from './use-brush.ts';

type LoadEngine = () => Promise<Pick<typeof import('./engine.ts'), 'init'>>;

/** Fetched with the code of a page that has charts, while its data is on the way. */
const engine = import('./engine.ts');
// Who draws a chart hears of a failure; this keeps it from being called unhandled before that.
engine.catch(() => undefined);
const loadTrendEngine: LoadEngine = () => engine;

interface Props {
  readonly option: (palette: Palette) => EChartsCoreOption;
  /** What the chart says, for those who do not see it. */
  readonly label: string;
  readonly className: string;
  /** Called with milliseconds since 1970 when a span of the time axis is dragged over. */
  readonly onBrush?: (from: number, to: number) => void;
  readonly onPick?: (name: string) => void;
  /** For what the engine of the trends cannot draw; always the same function. */
  readonly loadEngine?: LoadEngine;
}

function useEngine(host: React.RefObject<HTMLDivElement | null>, load: LoadEngine): ECharts | null {
  const [chart, setChart] = useState<ECharts | null>(null);
  useEffect(() => {
    let made: ECharts | null = null;
    let gone = false;
    const resizes = new ResizeObserver(() => made?.resize());
    void load().then(({ init }) => {
      if (gone || host.current === null) return;
      made = init(host.current);
      resizes.observe(host.current);
      setChart(made);
    });
    return () => {
      gone = true;
      resizes.disconnect();
      made?.dispose();
    };
  }, [host, load]);
  return chart;
}

/** A chart on a canvas, redrawn when its option, the theme or its size changes. */
export function Chart({
  option,
  label,
  className,
  onBrush,
  onPick,
  loadEngine = loadTrendEngine,
}: Props) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useEngine(host, loadEngine);
  const theme = useDrawnTheme();
  const brush = useBrush(chart, onBrush);
  useEffect(() => {
    if (chart === null) return;
    // The theme is read from the page; naming it here redraws when it changes.
    const palette = { ...readPalette(), theme };
    chart.setOption({ animation: false, ...option(palette) }, { notMerge: true });
  }, [chart, option, theme]);
  useEffect(() => {
    if (chart === null || onPick === undefined) return;
    const pick = (event: unknown): void => {
      if (typeof event === 'object' && event !== null && 'name' in event)
        onPick(String(event.name));
    };
    chart.on('click', pick);
    return () => {
      if (!chart.isDisposed()) chart.off('click', pick);
    };
  }, [chart, onPick]);
  return (
    <div role="img" aria-label={label} className={classNames('relative select-none', className)}>
      <div ref={host} className="absolute inset-0" {...brush.handlers} />
      {brush.span !== null && (
        <div
          className="pointer-events-none absolute inset-y-0 border-x border-accent bg-accent-soft opacity-50"
          style={{ left: brush.span.left, width: brush.span.width }}
        />
      )}
    </div>
  );
}
