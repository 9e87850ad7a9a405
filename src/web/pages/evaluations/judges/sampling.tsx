import { useTranslations } from 'use-intl';
import type { RubricPlan } from '../../../../contract/judges.ts';
import { useFormat } from '../../../use-format.ts';

const STRATA = ['base', 'flagged', 'unclear', 'lowFeedback', 'newPromptVersion'] as const;

/** What a plan judges, as short as possible. */
export function Sampling({ plan }: { plan: RubricPlan }) {
  const t = useTranslations('judges.plan.short');
  const format = useFormat();
  const used = STRATA.filter((one) => plan.sampling[one] > 0);
  if (used.length === 0) return <span className="text-muted">{t('nothing')}</span>;
  return (
    <ul className="flex flex-col">
      {used.map((one) => (
        <li key={one} className="whitespace-nowrap">
          <span className="tabular-nums">{format.percent(plan.sampling[one])}</span>{' '}
          <span className="text-muted">{t(one)}</span>
        </li>
      ))}
    </ul>
  );
}
