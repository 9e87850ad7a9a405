import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Experiment } from '../../../../contract/experiments.ts';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { useMetrics } from '../metrics.ts';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-2xs text-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

/** The design: fixed from the start on. */
export function Facts({ experiment }: { experiment: Experiment }) {
  const t = useTranslations('experiments');
  const format = useFormat();
  const metrics = useMetrics();
  const { target, startedAt, endedAt } = experiment;
  return (
    <Section title={t('facts.title')} note={t('facts.note')}>
      {experiment.hypothesis !== '' && (
        <p className="mb-3 max-w-4xl text-[0.8125rem] whitespace-pre-wrap wrap-anywhere">
          {experiment.hypothesis}
        </p>
      )}
      <dl className="grid grid-cols-2 gap-3 text-[0.8125rem] md:grid-cols-4">
        <Fact name={t(`targets.${target.kind}`)}>{target.name}</Fact>
        <Fact name={t('form.unit')}>{t(`form.units.${experiment.unit}`)}</Fact>
        <Fact name={t('form.metric')}>
          {metrics.name(experiment.primaryMetric)}, {t(`directions.${experiment.direction}`)}
        </Fact>
        <Fact name={t('form.policy')}>{t(`policies.${experiment.stopPolicy}`)}</Fact>
        <Fact name={t('form.minimumUnits')}>{format.count(experiment.minimumUnits)}</Fact>
        <Fact name={t('form.plannedUnits')}>{format.count(experiment.plannedUnits)}</Fact>
        <Fact name={t('facts.sure')}>{format.percent(1 - experiment.alpha, 0)}</Fact>
        <Fact name={t('facts.weights')}>
          {experiment.arms
            .filter(({ shadow }) => !shadow)
            .map(({ weight }) => weight)
            .join(' : ')}
        </Fact>
        <Fact name={t('facts.created')}>
          <Time iso={experiment.createdAt} /> · {experiment.createdBy}
        </Fact>
        <Fact name={t('columns.started')}>
          {startedAt === null ? '–' : <Time iso={startedAt} />}
        </Fact>
        <Fact name={t('columns.ended')}>{endedAt === null ? '–' : <Time iso={endedAt} />}</Fact>
      </dl>
    </Section>
  );
}
