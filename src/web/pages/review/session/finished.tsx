import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { ReviewQueue } from '../../../../contract/reviews.ts';
import { useReviewAgreement } from '../../../data/reviews.ts';
import { buttonClass } from '../../../ui/button.tsx';
import { EstimateCell } from '../../../ui/estimate-cell.tsx';
import { useFormat } from '../../../use-format.ts';

/** Nothing is left: how far people and evaluators agree. */
export function Finished({ queue }: { queue: ReviewQueue }) {
  const t = useTranslations('review');
  const format = useFormat();
  const agreement = useReviewAgreement(queue.id, true);
  const { people, evaluators = [] } = agreement.data ?? {};
  return (
    <div className="panel mx-auto flex max-w-xl flex-col gap-3 p-5">
      <h2 className="font-semibold">{t('finished')}</h2>
      <p className="text-[0.8125rem] text-muted">{t('finishedText')}</p>
      <dl className="flex flex-col gap-2 text-[0.8125rem]">
        {people !== undefined && people.n > 0 && (
          <div className="flex items-start justify-between gap-4">
            <dt>{t('alpha')}</dt>
            <dd className="text-end tabular-nums">
              <EstimateCell estimate={people} show={format.score} />
            </dd>
          </div>
        )}
        {evaluators.map(({ evaluator, evaluatorVersion, kappa }) => (
          <div
            key={`${evaluator} ${evaluatorVersion}`}
            className="flex items-start justify-between gap-4"
          >
            <dt className="min-w-0 wrap-anywhere">
              {t('kappaWith', { evaluator })}
              <span className="block text-2xs text-muted">{evaluatorVersion}</span>
            </dt>
            <dd className="text-end tabular-nums">
              <EstimateCell estimate={kappa} show={format.score} />
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap gap-2">
        <Link to="/review" className={buttonClass('primary')}>
          {t('toQueues')}
        </Link>
        <Link
          to="/evaluations/$tab"
          params={{ tab: 'calibration' }}
          className={buttonClass('plain')}
        >
          {t('toCalibration')}
        </Link>
      </div>
    </div>
  );
}
