import { useTranslations } from 'use-intl';
import { useReviewPlan } from '../../data/reviews.ts';
import { useFormat } from '../../use-format.ts';
import type { QueueDraft } from './queue-draft.ts';

/** How wide the interval is now and would be with these labels. */
export function PlanLine({ draft }: { draft: QueueDraft }) {
  const t = useTranslations('review.plan');
  const format = useFormat();
  const { scoreName, evaluator, size } = draft;
  const plan = useReviewPlan({ scoreName, evaluator, labels: size ?? 0 }).data;
  if (plan === undefined || plan.judged === 0) return null;
  const half = (width: number | null): string =>
    width === null ? t('unknown') : `± ${format.score(width / 2)}`;
  return (
    <div className="flex flex-col gap-2 rounded-md bg-sunken p-3 text-xs">
      <dl className="grid grid-cols-3 gap-2">
        <div>
          <dt className="text-muted">{t('now', { n: format.count(plan.labelled) })}</dt>
          <dd className="font-medium tabular-nums">{half(plan.widthNow)}</dd>
        </div>
        <div>
          <dt className="text-muted">{t('after', { n: format.count(size ?? 0) })}</dt>
          <dd className="font-medium text-good tabular-nums">{half(plan.widthAfter)}</dd>
        </div>
        <div>
          <dt className="text-muted">{t('random')}</dt>
          <dd className="font-medium tabular-nums">{half(plan.widthRandom)}</dd>
        </div>
      </dl>
      <p className="text-2xs text-muted">{t('explain', { judged: format.count(plan.judged) })}</p>
    </div>
  );
}
