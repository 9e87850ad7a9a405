import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../contract/monitors.ts';
import { StateStrip, type StripCell } from '../../ui/state-strip.tsx';

const LETTERS = ['o', 'f', 'p', 'n', '-'] as const;
type Letter = (typeof LETTERS)[number];

const TONES: Record<Letter, StripCell['tone']> = {
  o: 'good',
  f: 'bad',
  p: 'warn',
  n: 'unknown',
  '-': 'unknown',
};

function letterOf(text: string): Letter {
  return LETTERS.find((letter) => letter === text) ?? '-';
}

/** The states of the last 24 hours, one cell an hour. */
export function MonitorStrip({ monitor }: { monitor: Pick<Monitor, 'id' | 'name' | 'strip'> }) {
  const t = useTranslations('monitors.strip');
  const letters = [...monitor.strip].map(letterOf);
  const firing = letters.filter((letter) => letter === 'f').length;
  const cells = letters.map((letter, at) => {
    const hours = letters.length - 1 - at;
    return {
      key: String(hours),
      title: t('cell', { hours, state: t(letter) }),
      tone: TONES[letter],
    };
  });
  return <StateStrip label={t('label', { name: monitor.name, firing })} cells={cells} />;
}
