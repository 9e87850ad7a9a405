import { useTranslations } from 'use-intl';
import type { JudgeAttribution } from '../../../../contract/changes.ts';
import type { Estimate } from '../../../../contract/common.ts';
import { Fact } from '../../../ui/fact.tsx';
import { useChangeWords } from './use-change-words.ts';

function Difference({ name, estimate }: { name: string; estimate: Estimate }) {
  const words = useChangeWords('score');
  const print = [words.interval(estimate), words.n(estimate)].filter((text) => text !== '');
  return (
    <Fact name={name}>
      <span className="font-medium tabular-nums">{words.signed(estimate.value)}</span>
      <span className="block text-2xs text-muted tabular-nums">{print.join(' · ')}</span>
    </Fact>
  );
}

/** Whether the judge changed or what it judges, with the figures that say so. */
export function JudgePanel({ judge }: { judge: JudgeAttribution }) {
  const t = useTranslations('alerts.changes.judge');
  const { verdict, traffic, anchor, product, rubric } = judge;
  return (
    <div className="mx-4 mb-3 rounded-md bg-sunken p-3 text-[0.8125rem]">
      <h3 className="font-medium">
        {t('title')} <span className="font-normal text-muted">{rubric}</span>
      </h3>
      <p className="mt-0.5 mb-2">{t(verdict)}</p>
      <dl className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        <Difference name={t('traffic')} estimate={traffic} />
        <Difference name={t('anchor')} estimate={anchor} />
        <Difference name={t('rest')} estimate={product} />
      </dl>
    </div>
  );
}
