import { useTranslations } from 'use-intl';
import type { MonitorState } from '../../../contract/monitors.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';

const TONES: Record<MonitorState, Tone> = {
  ok: 'good',
  pending: 'warn',
  firing: 'bad',
  no_data: 'neutral',
  learning: 'accent',
  disabled: 'neutral',
};

export function MonitorStateBadge({ state }: { state: MonitorState }) {
  const t = useTranslations('monitors.states');
  return <Badge tone={TONES[state]}>{t(state)}</Badge>;
}
