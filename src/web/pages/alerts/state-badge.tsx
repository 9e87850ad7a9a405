import { useTranslations } from 'use-intl';
import type { AlertState } from '../../../contract/alerts.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const TONES: Record<AlertState, Tone> = {
  pending: 'warn',
  firing: 'bad',
  acknowledged: 'accent',
  silenced: 'neutral',
  resolved: 'good',
};

export function AlertStateBadge({ state }: { state: AlertState }) {
  const t = useTranslations('alerts.states');
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}
