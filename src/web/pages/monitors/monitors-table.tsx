import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../contract/monitors.ts';
import { type DataColumn, DataTable } from '../../ui/data-table.tsx';
import { SeverityMark } from '../../ui/severity-mark.tsx';
import { Time } from '../../ui/time.tsx';
import { CurrentValue } from './current-value.tsx';
import { EnabledSwitch } from './enabled-switch.tsx';
import { MonitorStrip } from './monitor-strip.tsx';
import { MonitorStateBadge } from './state-badge.tsx';
import { useMonitorWords } from './use-monitor-words.ts';

function NameCell({ monitor }: { monitor: Monitor }) {
  const words = useMonitorWords();
  const { id, name, metric, slice, condition, problem } = monitor;
  return (
    <span className="block max-w-96 min-w-44">
      <Link
        to="/monitors/$id"
        params={{ id }}
        className="font-medium text-accent wrap-anywhere hover:underline"
      >
        {name}
      </Link>
      <span className="block text-2xs text-muted wrap-anywhere">
        {words.metric(metric)} {words.condition(metric, condition)} · {words.slice(slice)}
      </span>
      {problem !== null && <span className="block text-2xs text-bad wrap-anywhere">{problem}</span>}
    </span>
  );
}

function StateCell({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const { state, stateSince, openAlertId } = monitor;
  return (
    <span className="flex flex-col items-start gap-0.5">
      <MonitorStateBadge state={state} />
      {openAlertId !== null ? (
        <Link
          to="/alerts/$id"
          params={{ id: openAlertId }}
          className="text-2xs whitespace-nowrap text-accent hover:underline"
        >
          {t('openAlert')}
        </Link>
      ) : (
        stateSince !== null && (
          <span className="text-2xs text-muted">
            <Time iso={stateSince} as="ago" />
          </span>
        )
      )}
    </span>
  );
}

function ChannelsCell({ channels }: { channels: readonly string[] }) {
  const t = useTranslations('monitors');
  if (channels.length === 0)
    return <span className="whitespace-nowrap text-muted">{t('onlyShown')}</span>;
  return <span className="block max-w-40 wrap-anywhere">{channels.join(', ')}</span>;
}

function useColumns(): readonly DataColumn<Monitor>[] {
  const t = useTranslations('monitors');
  return [
    {
      id: 'name',
      header: t('columns.name'),
      cell: (monitor) => <NameCell monitor={monitor} />,
    },
    {
      id: 'state',
      header: t('columns.state'),
      cell: (monitor) => <StateCell monitor={monitor} />,
    },
    {
      id: 'current',
      header: t('columns.current'),
      isNumber: true,
      cell: (monitor) => <CurrentValue monitor={monitor} />,
    },
    {
      id: 'strip',
      header: t('columns.strip'),
      cell: (monitor) => <MonitorStrip monitor={monitor} />,
    },
    {
      id: 'severity',
      header: t('columns.severity'),
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      id: 'channels',
      header: t('columns.channels'),
      cell: ({ channels }) => <ChannelsCell channels={channels} />,
    },
    {
      id: 'enabled',
      header: t('columns.enabled'),
      cell: (monitor) => <EnabledSwitch monitor={monitor} />,
    },
  ];
}

/** The monitors with what they see now. */
export function MonitorsTable({ items }: { items: readonly Monitor[] }) {
  const t = useTranslations('monitors');
  const columns = useColumns();
  return <DataTable label={t('title')} columns={columns} rows={items} rowKey={({ id }) => id} />;
}
