import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { RunEstimate } from '../../../../contract/dataset-runs.ts';
import { useFormat } from '../../../use-format.ts';

/** What a run will ask and cost, and what that is reckoned from. */
export function EstimateLine({ query }: { query: UseQueryResult<RunEstimate> }) {
  const t = useTranslations('datasets.estimate');
  const format = useFormat();
  if (query.error !== null) {
    return <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{query.error.message}</p>;
  }
  if (query.data === undefined) return <p className="text-muted">{t('asking')}</p>;
  const { costUsd, inputTokens, outputTokens, outputFrom, judges } = query.data;
  return (
    <div className="rounded-md bg-sunken px-3 py-2" aria-live="polite">
      <p className="font-medium">
        {costUsd === null ? t('unpriced') : t('cost', { cost: format.usd(costUsd) })}
      </p>
      <p className="text-2xs text-muted">
        {t('tokens', { input: format.count(inputTokens), output: format.count(outputTokens) })}{' '}
        {t(`from.${outputFrom}`)} {judges > 0 && t('judges', { count: judges })}
      </p>
    </div>
  );
}
