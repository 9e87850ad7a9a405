import { useTranslations } from 'use-intl';
import type { Score } from '../../contract/interactions.ts';
import { useFormat } from '../use-format.ts';
import { Badge, type Tone } from './badge.tsx';

type Shown = Pick<Score, 'name' | 'value' | 'label' | 'flagged' | 'source'>;

const LOW = 0.5;
const FAIR = 0.75;

/** The state that a score of 0 to 1 stands for. */
export function scoreTone(score: Pick<Score, 'value' | 'flagged'>): Tone {
  if (score.flagged || score.value < LOW) return 'bad';
  return score.value < FAIR ? 'warn' : 'good';
}

/** A score where the eye is; the hover says what it stands for. */
export function ScoreChip({ score }: { score: Shown }) {
  const t = useTranslations('score');
  const format = useFormat();
  const facts = [t(`sources.${score.source}`), score.label, score.flagged ? t('flagged') : null];
  return (
    <Badge tone={scoreTone(score)} title={facts.filter((fact) => fact !== null).join(' · ')}>
      <span className="truncate">{score.name}</span>
      {format.score(score.value)}
    </Badge>
  );
}

/** What a row has room for: `overall`, and one more score only when it is not good. */
export function pickScores<Item extends Shown>(scores: readonly Item[]): readonly Item[] {
  const ranked = rankScores(scores);
  const overall = ranked.find((score) => score.name === 'overall');
  if (overall === undefined) return ranked.slice(0, 2);
  const other = ranked.find((score) => score !== overall && scoreTone(score) !== 'good');
  return other === undefined ? [overall] : [overall, other];
}

/** Flagged ones first, then `overall`, then the lowest. */
export function rankScores<Item extends Shown>(scores: readonly Item[]): readonly Item[] {
  const rank = (score: Item): number =>
    (score.flagged ? 0 : 2) + (score.name === 'overall' ? -0.5 : score.value);
  return [...scores].sort((a, b) => rank(a) - rank(b));
}
