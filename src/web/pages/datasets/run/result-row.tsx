import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { RunResult, RunScore } from '../../../../contract/dataset-runs.ts';
import { Badge } from '../../../ui/badge.tsx';
import { scoreTone } from '../../../ui/score-chip.tsx';
import { useFormat } from '../../../use-format.ts';

function Scores({ scores }: { scores: readonly RunScore[] }) {
  const t = useTranslations('datasets.results');
  const format = useFormat();
  // Checks that found nothing say nothing.
  const telling = scores.filter(
    ({ value, source, name }) =>
      value < 1 || source === 'reference' || source === 'judge' || name === 'overall',
  );
  return (
    <span className="flex flex-wrap gap-1">
      {telling.map((score) => (
        <Badge key={score.name} tone={scoreTone(score)} title={score.reason ?? t('noReason')}>
          <span className="truncate">{score.name}</span>
          {format.score(score.value)}
        </Badge>
      ))}
    </span>
  );
}

/** One item: the question, what was expected, what came, and how it was scored. */
export function ResultRow({ result }: { result: RunResult }) {
  const t = useTranslations('datasets.results');
  const format = useFormat();
  const { question, reference, answer, error, status, interactionId } = result;
  return (
    <li className="grid gap-x-4 gap-y-1 px-4 py-2.5 text-xs lg:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)_minmax(0,14rem)]">
      <div className="min-w-0">
        <p className="line-clamp-3 wrap-anywhere">{question}</p>
        {reference !== null && (
          <p className="mt-1 line-clamp-2 text-muted wrap-anywhere">
            {t('expected', { text: reference })}
          </p>
        )}
      </div>
      <div className="min-w-0">
        {status === 'waiting' || status === 'asking' ? (
          <p className="text-muted">{t(`states.${status}`)}</p>
        ) : (
          <p className="line-clamp-4 whitespace-pre-wrap wrap-anywhere">{answer}</p>
        )}
        {error !== null && <p className="mt-1 text-bad wrap-anywhere">{error}</p>}
      </div>
      <div className="flex min-w-0 flex-col gap-1">
        <Scores scores={result.scores} />
        <p className="text-2xs text-muted tabular-nums">
          {result.latencyMs !== null && `${format.duration(result.latencyMs)} · `}
          {result.costUsd !== null && `${format.usd(result.costUsd)} · `}
          {interactionId !== null && status !== 'asking' && (
            <Link
              to="/interactions/$id"
              params={{ id: interactionId }}
              className="text-accent underline"
            >
              {t('call')}
            </Link>
          )}
        </p>
      </div>
    </li>
  );
}
