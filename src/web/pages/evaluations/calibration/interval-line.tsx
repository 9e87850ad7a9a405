import { useTranslations } from 'use-intl';
import type { Estimate } from '../../../../contract/common.ts';
import { useFormat } from '../../../use-format.ts';

const WIDTH = 160;
const HEIGHT = 18;
/** Kappa below this is drawn at the left edge. */
const LOWEST = -0.2;

function placeOf(value: number): number {
  return ((Math.max(LOWEST, value) - LOWEST) / (1 - LOWEST)) * (WIDTH - 8) + 4;
}

/** Kappa with its interval on a line from −0.2 to 1, against the bar. */
export function IntervalLine({ kappa, bar }: { kappa: Estimate; bar: number }) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const { value, low, high } = kappa;
  const isAbove = low !== null && low >= bar;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={t('lineLabel', {
        value: format.score(value),
        low: format.score(low),
        high: format.score(high),
        bar: format.score(bar),
      })}
    >
      <line x1="4" x2={WIDTH - 4} y1="9" y2="9" className="stroke-line" strokeWidth="1" />
      <line
        x1={placeOf(0)}
        x2={placeOf(0)}
        y1="6"
        y2="12"
        className="stroke-edge"
        strokeWidth="1"
      />
      <line
        x1={placeOf(bar)}
        x2={placeOf(bar)}
        y1="1"
        y2="17"
        className="stroke-ink"
        strokeWidth="1"
        strokeDasharray="2 2"
      />
      {low !== null && high !== null && (
        <line
          x1={placeOf(low)}
          x2={placeOf(high)}
          y1="9"
          y2="9"
          className={isAbove ? 'stroke-good' : 'stroke-accent'}
          strokeWidth="3"
          strokeLinecap="round"
        />
      )}
      {value !== null && (
        <circle
          cx={placeOf(value)}
          cy="9"
          r="4"
          className={isAbove ? 'fill-good' : 'fill-accent'}
        />
      )}
    </svg>
  );
}
