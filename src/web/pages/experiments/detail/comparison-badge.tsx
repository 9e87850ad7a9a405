import { useTranslations } from 'use-intl';
import type { ArmComparison } from '../../../../contract/experiments.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';

const TONES: Record<ArmComparison['state'], Tone> = {
  better: 'good',
  worse: 'bad',
  undecided: 'neutral',
  not_enough_data: 'neutral',
};

export function ComparisonBadge({ state }: { state: ArmComparison['state'] }) {
  const t = useTranslations('experiments.states');
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}
