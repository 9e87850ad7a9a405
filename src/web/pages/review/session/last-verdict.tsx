import { useTranslations } from 'use-intl';
import type { ReviewItem, ReviewQueue } from '../../../../contract/reviews.ts';
import { Badge } from '../../../ui/badge.tsx';
import { useFormat } from '../../../use-format.ts';
import { agrees, judgeOf, POINTS } from './scale.ts';
import type { ReviewSession } from './use-session.ts';
import { usePointName } from './verdict-bar.tsx';

function useVerdictName(queue: ReviewQueue): (item: ReviewItem) => string {
  const t = useTranslations('review');
  const nameOf = usePointName();
  return ({ label }) => {
    if (label === null) return t('open');
    if (label.verdict === 'skip') return t('skipped');
    if (label.verdict === 'not_sure') return t('notSure');
    const point = POINTS[queue.scale].find(({ native }) => native === label.native);
    return point === undefined ? '' : nameOf(point);
  };
}

/** One's own verdict beside that of the evaluator, once it may be seen. */
export function Comparison({ queue, item }: { queue: ReviewQueue; item: ReviewItem }) {
  const t = useTranslations('review');
  const format = useFormat();
  const verdict = useVerdictName(queue);
  const judge = judgeOf(queue, item);
  const same = agrees(queue, item);
  return (
    <div className="flex flex-col gap-1 text-[0.8125rem]">
      <p className="flex flex-wrap items-center gap-2">
        <span>{t('yours', { verdict: verdict(item) })}</span>
        {same !== null && (
          <Badge tone={same ? 'good' : 'warn'}>{same ? t('same') : t('different')}</Badge>
        )}
      </p>
      {judge !== null && (
        <p className="text-xs text-muted wrap-anywhere">
          {judge.evaluator}: {format.score(judge.value)}
          {judge.reason !== null && ` · ${judge.reason}`}
        </p>
      )}
      {(item.others?.labels ?? []).map((label) => (
        <p key={label.reviewer} className="text-xs text-muted wrap-anywhere">
          {label.reviewer}: {verdict({ ...item, label })}
          {label.note !== null && ` · ${label.note}`}
        </p>
      ))}
    </div>
  );
}

/** How the last verdict compares, and all of this sitting. */
export function LastVerdict({ queue, session }: { queue: ReviewQueue; session: ReviewSession }) {
  const t = useTranslations('review');
  const format = useFormat();
  const { last, tally } = session;
  if (last === null) return <p className="text-xs text-muted">{t('nothingYet')}</p>;
  return (
    <div className="flex flex-col gap-2">
      <Comparison queue={queue} item={last} />
      {tally.compared > 0 && (
        <p className="text-xs text-muted tabular-nums">
          {t('tally', {
            agreed: format.count(tally.agreed),
            compared: format.count(tally.compared),
          })}
        </p>
      )}
    </div>
  );
}
