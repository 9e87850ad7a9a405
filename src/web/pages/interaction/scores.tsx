import { useTranslations } from 'use-intl';
import type { InteractionDetail, Score } from '../../../contract/interactions.ts';
import { Badge } from '../../ui/badge.tsx';
import { rankScores, scoreTone } from '../../ui/score-chip.tsx';
import { Time } from '../../ui/time.tsx';
import { useFormat } from '../../use-format.ts';
import { readGrounding } from './grounding.ts';
import { GroundingView } from './grounding-view.tsx';
import { ScoreEvidence } from './score-evidence.tsx';

function ScoreRow({ detail, score }: { detail: InteractionDetail; score: Score }) {
  const t = useTranslations('score');
  const format = useFormat();
  return (
    <li className="flex flex-col gap-1 py-2.5 text-[0.8125rem]">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={scoreTone(score)}>{format.score(score.value)}</Badge>
        <span className="font-medium">{score.name}</span>
        {score.label !== null && <Badge>{score.label}</Badge>}
        {score.flagged && <Badge tone="bad">{t('flagged')}</Badge>}
        {score.nativeValue !== null && (
          <span className="text-xs text-muted tabular-nums">
            {t('native', { value: format.score(score.nativeValue) })}
          </span>
        )}
      </div>
      {score.reason !== null && <p className="wrap-anywhere">{score.reason}</p>}
      <ScoreEvidence detail={detail} score={score} />
      <p className="text-2xs text-muted">
        {t(`sources.${score.source}`)} · {score.evaluator} {score.evaluatorVersion} ·{' '}
        <Time iso={score.createdAt} />
      </p>
    </li>
  );
}

/** Checks that had nothing to say: many, and of little interest. */
function isPassed({ name, value, label, reason }: Score): boolean {
  return name !== 'overall' && value === 1 && label === 'ok' && reason === null;
}

/** Every judgement with its reason and who made it. */
export function Scores({ detail }: { detail: InteractionDetail }) {
  const t = useTranslations('score');
  const { state, reason } = detail.evaluation;
  const grounding = readGrounding(detail);
  const ranked = rankScores(detail.scores);
  const passed = ranked.filter(isPassed);
  return (
    <div className="flex flex-col gap-2">
      {state !== 'done' && (
        <p className={state === 'set_aside' ? 'text-xs text-bad' : 'text-xs text-muted'}>
          {t(`states.${state}`)}
          {reason !== null && ` · ${reason}`}
        </p>
      )}
      {grounding !== null && <GroundingView detail={detail} facts={grounding} />}
      <ul className="divide-y divide-line">
        {ranked
          .filter((score) => !isPassed(score))
          .map((score) => (
            <ScoreRow key={score.id} detail={detail} score={score} />
          ))}
      </ul>
      {passed.length > 0 && (
        <details className="text-[0.8125rem]">
          <summary className="text-muted">{t('passed', { count: passed.length })}</summary>
          <ul className="divide-y divide-line">
            {passed.map((score) => (
              <ScoreRow key={score.id} detail={detail} score={score} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
