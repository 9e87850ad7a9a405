import { useTranslations } from 'use-intl';
import type { SummaryReply } from '../../../contract/analytics.ts';
import { useFormat } from '../../use-format.ts';

/** What people would say of the quality, in small print; nothing where nobody labelled any of it. */
export function useCorrection() {
  const t = useTranslations('overview');
  const format = useFormat();
  return (
    corrected: SummaryReply['corrected'],
  ): { readonly text: string; readonly hint: string } | undefined => {
    if (corrected === null) return undefined;
    const n = format.count(corrected.nLabelled);
    const hint = t('correctedHint', {
      evaluator: corrected.evaluator,
      judged: format.count(corrected.nJudged ?? 0),
      naive: format.score(corrected.naive),
      n,
    });
    if (corrected.value === null) {
      return { text: t('correctedMissing', { n, needed: format.count(corrected.nNeeded) }), hint };
    }
    const text = t('corrected', {
      n,
      value: format.score(corrected.value),
      low: format.score(corrected.low),
      high: format.score(corrected.high),
    });
    return { text, hint };
  };
}
