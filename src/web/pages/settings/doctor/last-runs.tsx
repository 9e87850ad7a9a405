import { useTranslations } from 'use-intl';
import type { DoctorRun } from '../../../../contract/doctor.ts';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { CheckTable, StatusBadge } from './check-table.tsx';

function RunLine({ run }: { run: DoctorRun }) {
  const t = useTranslations('doctor');
  const count = (status: DoctorRun['checks'][number]['status']): number =>
    run.checks.filter((check) => check.status === status).length;
  return (
    <details className="border-b border-line last:border-0">
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 text-xs hover:bg-hover">
        <StatusBadge status={run.status} />
        <Time iso={run.startedAt} />
        <span>{run.groups.map((group) => t(`groups.${group}`)).join(', ')}</span>
        <span className="text-muted">{t(`startedBy.${run.startedBy}`)}</span>
        <span className="text-muted tabular-nums">
          {t('counts', {
            ok: count('ok'),
            warn: count('warn'),
            fail: count('fail'),
            skipped: count('skipped'),
          })}
        </span>
      </summary>
      <CheckTable label={t('runOf', { at: run.startedAt })} checks={run.checks} />
    </details>
  );
}

/** Earlier runs, each opens to what it found. */
export function LastRuns({ runs }: { runs: readonly DoctorRun[] }) {
  const t = useTranslations('doctor');
  return (
    <Section title={t('lastRuns')} note={t('kept')} flush>
      {runs.map((run) => (
        <RunLine key={run.id} run={run} />
      ))}
    </Section>
  );
}
