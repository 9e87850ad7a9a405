import { useTranslations } from 'use-intl';
import { DOCTOR_GROUPS, type DoctorGroup, type DoctorRun } from '../../../../contract/doctor.ts';
import { useDoctorRuns, useRunDoctor } from '../../../data/doctor.ts';
import { Button } from '../../../ui/button.tsx';
import { CodeBlock } from '../../../ui/code-block.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { Time } from '../../../ui/time.tsx';
import { CheckTable } from './check-table.tsx';
import { LastRuns } from './last-runs.tsx';

interface GroupProps {
  readonly group: DoctorGroup;
  readonly run: DoctorRun | undefined;
  readonly isRunning: boolean;
  readonly onRun: () => void;
}

/** One group of checks as it was found last. */
function Group({ group, run, isRunning, onRun }: GroupProps) {
  const t = useTranslations('doctor');
  const title = t(`groups.${group}`);
  return (
    <Section
      title={title}
      note={run === undefined ? t(`when.${group}`) : <Time iso={run.startedAt} />}
      actions={
        <Button disabled={isRunning} onClick={onRun} aria-label={t('runGroup', { group: title })}>
          {isRunning ? t('running') : t('run')}
        </Button>
      }
      flush
    >
      {run === undefined ? (
        <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('never')}</p>
      ) : (
        <CheckTable label={title} checks={run.checks.filter((check) => check.group === group)} />
      )}
    </Section>
  );
}

/** The checks of `lqo doctor`: what they found last, runs before, and a run now. */
export function Doctor() {
  const t = useTranslations('doctor');
  const runs = useDoctorRuns();
  const start = useRunDoctor();
  const running = start.isPending ? start.variables.groups : [];
  return (
    <>
      <Section title={t('title')}>
        <p className="pb-2 text-[0.8125rem] text-muted">{t('explain')}</p>
        <CodeBlock code="npx lqo doctor" label={t('command')} />
        {start.error !== null && <ErrorPanel error={start.error} />}
      </Section>
      <QueryView query={runs} skeleton={<SkeletonRows rows={8} />}>
        {({ items }) => (
          <>
            {DOCTOR_GROUPS.map((group) => (
              <Group
                key={group}
                group={group}
                run={items.find((run) => run.groups.includes(group))}
                isRunning={running.includes(group)}
                onRun={() => start.mutate({ groups: [group] })}
              />
            ))}
            {items.length > 0 && <LastRuns runs={items} />}
          </>
        )}
      </QueryView>
    </>
  );
}
