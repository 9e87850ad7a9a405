import { useId } from 'react';
import { useTranslations } from 'use-intl';
import type { CalibratedEvaluator, CalibrationDetail } from '../../../../contract/calibration.ts';
import { useSmallPrint } from '../../../ui/estimate.ts';
import { useFormat } from '../../../use-format.ts';

const WIDTH = 320;
const HEIGHT = 72;

type Curve = CalibrationDetail['curve'];

function pathOf(curve: Curve, pick: 'sensitivity' | 'specificity'): string {
  const points = curve.flatMap((point) => {
    const value = point[pick];
    return value === null ? [] : [`${point.threshold * WIDTH},${(1 - value) * (HEIGHT - 4) + 2}`];
  });
  return points.length === 0 ? '' : `M${points.join('L')}`;
}

function TradeOff({ curve, threshold }: { curve: Curve; threshold: number }) {
  const t = useTranslations('calibration');
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="block h-18 w-full"
      role="img"
      aria-label={t('tradeOff')}
    >
      <path
        d={pathOf(curve, 'sensitivity')}
        className="fill-none stroke-accent"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={pathOf(curve, 'specificity')}
        className="fill-none stroke-warn"
        strokeWidth="2"
        strokeDasharray="5 3"
        vectorEffect="non-scaling-stroke"
      />
      <line
        x1={threshold * WIDTH}
        x2={threshold * WIDTH}
        y1="0"
        y2={HEIGHT}
        className="stroke-ink"
        strokeWidth="1"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

interface Props {
  readonly threshold: number;
  readonly onChange: (threshold: number) => void;
  readonly accuracy: CalibratedEvaluator;
  readonly curve: Curve;
}

/** From where on a score counts as good, and what that does to both kinds of errors. */
export function ThresholdField({ threshold, onChange, accuracy, curve }: Props) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const print = useSmallPrint();
  const id = useId();
  const facts = [
    { name: 'sensitivity', line: 'bg-accent', estimate: accuracy.sensitivity },
    { name: 'specificity', line: 'bg-warn', estimate: accuracy.specificity },
  ] as const;
  return (
    <div className="mt-3 flex flex-col gap-2 text-xs">
      <label htmlFor={id} className="flex justify-between gap-2">
        <span>{t('threshold')}</span>
        <span className="font-medium tabular-nums">{format.score(threshold)}</span>
      </label>
      <TradeOff curve={curve} threshold={threshold} />
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={threshold}
        aria-valuetext={format.score(threshold)}
        className="w-full accent-accent-fill"
        onChange={(event) => onChange(event.target.valueAsNumber)}
      />
      <dl className="flex flex-col gap-1">
        {facts.map(({ name, line, estimate }) => (
          <div
            key={name}
            className="flex flex-wrap items-center gap-x-2"
            title={t(`hints.${name}`)}
          >
            <span aria-hidden="true" className={`h-0.5 w-4 ${line}`} />
            <dt>{t(`columns.${name}`)}</dt>
            <dd className="font-medium tabular-nums">{format.percent(estimate.value)}</dd>
            <dd className="text-2xs text-muted">{print(estimate, format.percent)}</dd>
          </div>
        ))}
        {accuracy.gradedKappa !== null && (
          <div className="flex flex-wrap items-center gap-x-2" title={t('hints.gradedKappa')}>
            <dt className="ps-6">{t('gradedKappa')}</dt>
            <dd className="font-medium tabular-nums">{format.score(accuracy.gradedKappa.value)}</dd>
            <dd className="text-2xs text-muted">{print(accuracy.gradedKappa, format.score)}</dd>
          </div>
        )}
      </dl>
    </div>
  );
}
