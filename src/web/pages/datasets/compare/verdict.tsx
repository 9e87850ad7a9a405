import { useTranslations } from 'use-intl';
import type { RunComparison } from '../../../../contract/dataset-runs.ts';
import { useFormat } from '../../../use-format.ts';

/** In one sentence what the comparison says, and what it stands on. */
export function Verdict({ comparison }: { comparison: RunComparison }) {
  const t = useTranslations('datasets.compare');
  const format = useFormat();
  const { pairs, needed, onlyRun, onlyBaseline, differences } = comparison;
  const changed = differences.filter(({ verdict }) => verdict === 'better' || verdict === 'worse');
  const names = changed.map(({ metric, verdict }) => `${metric} (${t(`verdicts.${verdict}`)})`);
  const text =
    pairs < needed
      ? t('tooFew', { pairs: format.count(pairs), needed: format.count(needed) })
      : changed.length === 0
        ? t('nothing', { pairs: format.count(pairs) })
        : t('changed', { names: names.join(', '), pairs: format.count(pairs) });
  return (
    <section className="panel flex flex-col gap-1 p-4 text-[0.8125rem]">
      <p className="font-medium">{text}</p>
      {onlyRun + onlyBaseline > 0 && (
        <p className="text-2xs text-muted">
          {t('unpaired', { run: format.count(onlyRun), baseline: format.count(onlyBaseline) })}
        </p>
      )}
      <p className="text-2xs text-muted">{t('method')}</p>
    </section>
  );
}
