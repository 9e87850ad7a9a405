import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { EvaluationStatus } from '../../../contract/evaluation.ts';
import { useEvaluationStatus } from '../../data/evaluation.ts';
import { UNKNOWN } from '../../format.ts';
import { Badge } from '../../ui/badge.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { Time } from '../../ui/time.tsx';
import { useEvaluatorName } from '../../ui/use-evaluator-name.ts';
import { useFormat } from '../../use-format.ts';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="truncate text-xs text-muted">{name}</dt>
      <dd className="font-medium tabular-nums">{children}</dd>
    </div>
  );
}

function Facts({ status }: { status: EvaluationStatus }) {
  const t = useTranslations('evaluations.status');
  const format = useFormat();
  const when = (iso: string | null): ReactNode =>
    iso === null ? UNKNOWN : <Time iso={iso} as="ago" />;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3 text-[0.8125rem] sm:grid-cols-4 xl:grid-cols-8">
      <Fact name={t('pending')}>{format.count(status.pending)}</Fact>
      <Fact name={t('setAside')}>
        <span className={status.setAside > 0 ? 'text-bad' : ''}>
          {format.count(status.setAside)}
        </span>
      </Fact>
      <Fact name={t('next')}>{when(status.nextRunAt)}</Fact>
      <Fact name={t('last')}>{when(status.lastRunAt)}</Fact>
      <Fact name={t('interval')}>{t('minutes', { count: status.intervalMinutes })}</Fact>
      <Fact name={t('batch')}>{format.count(status.batchSize)}</Fact>
      <Fact name={t('judge')}>{t(`judges.${status.judgeType}`)}</Fact>
      <Fact name={t('runs')}>{format.count(status.totalRuns)}</Fact>
    </dl>
  );
}

function LastRun({ run }: { run: NonNullable<EvaluationStatus['lastRun']> }) {
  const t = useTranslations('evaluations.status');
  const format = useFormat();
  return (
    <p className="text-xs text-muted tabular-nums">
      {t('lastRun', {
        evaluated: format.count(run.evaluated),
        failed: format.count(run.failed),
        average: format.score(run.averageScore),
        low: format.count(run.lowQuality),
      })}
    </p>
  );
}

function Evaluator({ evaluator }: { evaluator: EvaluationStatus['evaluators'][number] }) {
  const nameOf = useEvaluatorName();
  return (
    <Badge title={`${evaluator.id} · ${evaluator.kind}`}>
      {nameOf(evaluator)} {evaluator.version}
    </Badge>
  );
}

/** What the scheduler does and which evaluators it runs. */
export function StatusPanel() {
  const t = useTranslations('evaluations.status');
  const status = useEvaluationStatus();
  return (
    <Section
      title={t('title')}
      actions={
        status.data === undefined ? undefined : (
          <Badge tone={status.data.enabled ? 'good' : 'warn'}>
            {status.data.enabled ? t('on') : t('off')}
          </Badge>
        )
      }
    >
      <QueryView query={status} skeleton={<SkeletonRows rows={3} />}>
        {(reply) => (
          <div className="flex flex-col gap-3">
            <Facts status={reply} />
            {reply.lastRun !== null && <LastRun run={reply.lastRun} />}
            <ul aria-label={t('evaluators')} className="flex flex-wrap gap-1.5">
              {reply.evaluators.map((evaluator) => (
                <li key={evaluator.id}>
                  <Evaluator evaluator={evaluator} />
                </li>
              ))}
            </ul>
          </div>
        )}
      </QueryView>
    </Section>
  );
}
