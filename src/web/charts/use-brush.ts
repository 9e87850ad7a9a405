import type { ECharts } from 'echarts/core';
import { type PointerEvent, useState } from 'react';

interface Drag {
  readonly start: number;
  readonly now: number;
}

/** Shorter drags are clicks. */
const MIN_PIXELS = 6;

function toTime(chart: ECharts, pixel: number): number {
  return Number(chart.convertFromPixel({ xAxisIndex: 0 }, pixel));
}

/** Turns a drag over the chart into a span of its time axis. */
export function useBrush(
  chart: ECharts | null,
  onBrush: ((from: number, to: number) => void) | undefined,
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  if (chart === null || onBrush === undefined) return { span: null, handlers: {} };
  const place = (event: PointerEvent<HTMLDivElement>): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left;
  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
      if (event.button !== 0 || event.pointerType === 'touch') return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ start: place(event), now: place(event) });
    },
    onPointerMove: (event: PointerEvent<HTMLDivElement>) => {
      const now = place(event);
      setDrag((before) => (before === null ? null : { ...before, now }));
    },
    onPointerUp: () => {
      setDrag(null);
      if (drag === null || Math.abs(drag.now - drag.start) < MIN_PIXELS) return;
      const from = toTime(chart, Math.min(drag.start, drag.now));
      const to = toTime(chart, Math.max(drag.start, drag.now));
      if (Number.isFinite(from) && to > from) onBrush(Math.round(from), Math.round(to));
    },
    onPointerCancel: () => setDrag(null),
  };
  const span =
    drag === null
      ? null
      : { left: Math.min(drag.start, drag.now), width: Math.abs(drag.now - drag.start) };
  return { span, handlers };
}
