import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import type { TestedDifference } from '../../contract/analytics.ts';
import { classNames } from './class-names.ts';
import { type DifferenceUnit, useDifferenceParts } from './difference.ts';

interface Props {
  readonly difference: TestedDifference;
  readonly unit: DifferenceUnit;
  /** The direction that is better; null where neither is. */
  readonly good: 'up' | 'down' | null;
  /** Takes the width there is; otherwise it keeps to that of a column. */
  readonly isWide?: boolean;
}

/** What a tested difference means, given which direction is better. */
export function toneOf(
  { verdict }: TestedDifference,
  good: Props['good'],
): 'better' | 'worse' | 'unclear' {
  if (good === null || (verdict !== 'higher' && verdict !== 'lower')) return 'unclear';
  return (verdict === 'higher') === (good === 'up') ? 'better' : 'worse';
}

const COLORS = { better: 'text-good', worse: 'text-bad', unclear: 'text-muted' };

/** A difference in small print; coloured only where it is proven. */
export function DifferenceLine({ difference, unit, good, isWide }: Props) {
  const t = useTranslations('comparison');
  const partsOf = useDifferenceParts();
  const tone = toneOf(difference, good);
  return (
    <span
      title={t(`verdicts.${difference.verdict}`)}
      className={classNames(
        'block text-2xs wrap-anywhere whitespace-normal tabular-nums',
        isWide !== true && 'ms-auto max-w-36',
        COLORS[tone],
      )}
    >
      <span aria-hidden="true">Δ </span>
      <span className="sr-only">{t(`verdicts.${difference.verdict}`)} </span>
      {partsOf(difference, unit).map((part) => (
        <Fragment key={part}>
          <span className="inline-block">{part}</span>{' '}
        </Fragment>
      ))}
    </span>
  );
}
