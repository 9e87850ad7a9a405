import { useTranslations } from 'use-intl';
import type { CalibrationBar, Standing } from '../../../../contract/calibration.ts';
import { Badge } from '../../../ui/badge.tsx';
import { useFormat } from '../../../use-format.ts';

const TONES = { meets: 'good', below: 'bad', not_enough: 'neutral' } as const;

interface Props {
  readonly standing: Standing;
  readonly n: number;
  readonly bar: CalibrationBar;
}

/** Whether an evaluator may page anybody. */
export function StandingBadge({ standing, n, bar }: Props) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const counts = { n: format.count(n), needed: format.count(bar.minLabels) };
  return (
    <Badge tone={TONES[standing]} title={t(`standingHints.${standing}`)}>
      {t(`standings.${standing}`, counts)}
    </Badge>
  );
}
