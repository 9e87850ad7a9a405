import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { MonitorBacktest } from '../../../../contract/monitors.ts';
import { DataTable } from '../../../ui/data-table.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';
import { useQuantity } from '../use-quantity.ts';

function Figure(props: { name: string; title?: string; note: string; children: ReactNode }) {
  return (
    <div className="min-w-0" title={props.title}>
      <dt className="text-2xs text-muted">{props.name}</dt>
      <dd className="text-base font-semibold tabular-nums">{props.children}</dd>
      <dd className="text-2xs text-muted tabular-nums">{props.note}</dd>
    </div>
  );
}

function useAlarms() {
  const t = useTranslations('monitors.backtest');
  const common = useTranslations('common');
  return ({ falseAlarmsPer30Days: alarms, n, needed }: MonitorBacktest) => {
    if (alarms === null || alarms.value === null)
      return { value: '–', note: t('notEnough', { n, needed }) };
    const show = (value: number): string => String(Number(value.toFixed(value < 1 ? 2 : 1)));
    const { value, low, high } = alarms;
    const note =
      low === null || high === null ? '' : common('interval', { low: show(low), high: show(high) });
    return { value: show(value), note };
  };
}

/** What it would have done, in numbers. */
export function BacktestFigures({ backtest }: { backtest: MonitorBacktest }) {
  const t = useTranslations('monitors.backtest');
  const format = useFormat();
  const alarms = useAlarms()(backtest);
  const { n, sampled, samplesPerDay, firingCount } = backtest;
  const all = t('samplesOf', { n: format.count(n) });
  return (
    <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
      <Figure name={t('fired')} note="">
        {t('times', { n: firingCount })}
      </Figure>
      <Figure name={t('falseAlarms')} title={t('falseAlarmsHint')} note={alarms.note}>
        {alarms.value}
      </Figure>
      <Figure name={t('samples')} note={sampled ? `${all}, ${t('sampled')}` : all}>
        {format.compact(samplesPerDay)}
      </Figure>
    </dl>
  );
}

type Delay = MonitorBacktest['delays'][number];

/** How soon changes of some sizes would be found. */
export function DelaysTable({ backtest }: { backtest: MonitorBacktest }) {
  const t = useTranslations('monitors.backtest');
  const format = useFormat();
  const quantity = useQuantity();
  if (backtest.delays.length === 0) return null;
  const after = ({ medianHours }: Delay): string =>
    medianHours === null ? '–' : format.span(medianHours * 3600);
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-xs font-medium">{t('delayTitle')}</h3>
      <p className="text-2xs text-muted">{t('delayNote')}</p>
      <div className="-mx-4">
        <DataTable
          label={t('delayTitle')}
          rows={backtest.delays}
          rowKey={({ drop }) => String(drop)}
          columns={[
            {
              id: 'drop',
              header: t('drop'),
              cell: ({ drop }) => quantity.size(backtest.series.unit, drop),
            },
            {
              id: 'after',
              header: t('after'),
              isNumber: true,
              cell: (delay) => (
                <>
                  {after(delay)}
                  {delay.medianSamples !== null && (
                    <span className="block text-2xs text-muted">
                      {t('inSamples', { n: format.compact(delay.medianSamples) })}
                    </span>
                  )}
                </>
              ),
            },
            {
              id: 'found',
              header: t('found'),
              isNumber: true,
              cell: ({ found }) => format.percent(found, 0),
            },
          ]}
        />
      </div>
    </section>
  );
}

const SHOWN = 5;

/** The newest of the moments when it would have fired. */
export function Firings({ backtest }: { backtest: MonitorBacktest }) {
  const t = useTranslations('monitors.backtest');
  const quantity = useQuantity();
  const { firings, firingCount, series } = backtest;
  if (firings.length === 0) return null;
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-xs font-medium">{t('firings')}</h3>
      <ul className="text-xs">
        {firings.slice(-SHOWN).map(({ from, to, current }) => (
          <li key={from} className="flex justify-between gap-3 py-0.5">
            <span>
              <Time iso={from} /> – {to === null ? t('stillFiring') : <Time iso={to} />}
            </span>
            <span className="text-muted tabular-nums">
              {quantity.show(series.unit, current.value)}
            </span>
          </li>
        ))}
      </ul>
      {firingCount > SHOWN && (
        <p className="text-2xs text-muted">
          {t('moreFirings', { n: firingCount - Math.min(SHOWN, firings.length) })}
        </p>
      )}
    </section>
  );
}
