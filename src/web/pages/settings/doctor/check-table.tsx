import { useTranslations } from 'use-intl';
import type { DoctorCheck, DoctorStatus } from '../../../../contract/doctor.ts';
import { Badge } from '../../../ui/badge.tsx';
import { type DataColumn, DataTable } from '../../../ui/data-table.tsx';
import { useSmallPrint } from '../../../ui/estimate.ts';
import { useFormat } from '../../../use-format.ts';
import { useFinding } from './use-finding.ts';

const TONES = { ok: 'good', warn: 'warn', fail: 'bad', skipped: 'neutral' } as const;

/** How a check or a run ended. */
export function StatusBadge({ status }: { status: DoctorStatus }) {
  const t = useTranslations('doctor.status');
  return <Badge tone={TONES[status]}>{t(status)}</Badge>;
}

function Finding({ check }: { check: DoctorCheck }) {
  const t = useTranslations('doctor');
  const format = useFormat();
  const print = useSmallPrint();
  const say = useFinding();
  return (
    <>
      <span className="wrap-anywhere">{say(check)}</span>
      {check.estimate !== null && check.estimate.n > 0 && (
        <span className="block text-2xs text-muted tabular-nums">
          {print(check.estimate, (value) => format.percent(value))}
        </span>
      )}
      {(check.status === 'warn' || check.status === 'fail') && (
        <span className="block pt-0.5 text-muted">{t(`advice.${check.name}`)}</span>
      )}
    </>
  );
}

function useColumns(): readonly DataColumn<DoctorCheck>[] {
  const t = useTranslations('doctor');
  return [
    {
      id: 'name',
      header: t('columns.check'),
      cell: ({ name }) => <span className="font-medium">{t(`checks.${name}`)}</span>,
    },
    {
      id: 'status',
      header: t('columns.status'),
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    { id: 'finding', header: t('columns.finding'), cell: (check) => <Finding check={check} /> },
  ];
}

/** Checks with what they found and what to do. */
export function CheckTable({ label, checks }: { label: string; checks: readonly DoctorCheck[] }) {
  const columns = useColumns();
  return <DataTable label={label} columns={columns} rows={checks} rowKey={({ name }) => name} />;
}
