import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { MonitorBacktest } from '../../../../contract/monitors.ts';
import { TrendChart } from '../../../charts/index.ts';
import { useBacktest } from '../../../data/monitors.ts';
import { classNames } from '../../../ui/class-names.ts';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { Section } from '../../../ui/section.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import { backtestOf, type MonitorDraft } from '../draft.ts';
import { useMonitorWords } from '../use-monitor-words.ts';
import { useSeriesInput } from '../use-series-input.ts';
import { BacktestFigures, DelaysTable, Firings } from './backtest-figures.tsx';

const NONE = '';

function BacktestChart({ name, backtest }: { name: string; backtest: MonitorBacktest }) {
  const t = useTranslations('monitors.backtest');
  const { from, to, firings, series, firingCount } = backtest;
  const stretches = useMemo(
    () =>
      firings.map((firing) => ({
        tone: 'bad' as const,
        from: Date.parse(firing.from),
        to: Date.parse(firing.to ?? to),
      })),
    [firings, to],
  );
  const input = useSeriesInput({ name, series, from, to, stretches });
  return (
    <TrendChart
      input={input}
      label={t('chart', { metric: name, n: firingCount })}
      empty={t('empty')}
      className="h-52"
    />
  );
}

function Status({ text }: { text: string | null }) {
  return (
    <p role="status" className="min-h-4 text-2xs text-muted">
      {text}
    </p>
  );
}

/** What the monitor would have done in the last 30 days; follows what is written, and never stands in its way. */
export function BacktestPanel({ draft }: { draft: MonitorDraft }) {
  const t = useTranslations('monitors.backtest');
  const words = useMonitorWords();
  const asked = backtestOf(draft);
  const text = asked === null ? NONE : JSON.stringify(asked);
  const settled = useSettled(text);
  const body = useMemo(
    () => (settled === NONE ? null : (JSON.parse(settled) as typeof asked)),
    [settled],
  );
  const backtest = useBacktest(body);
  const isStale = backtest.isPlaceholderData || settled !== text;
  const isWorking = text !== NONE && (backtest.isFetching || settled !== text);
  const status = (): string | null => {
    if (text === NONE) return t('incomplete');
    if (isWorking && backtest.data !== undefined && isStale) return `${t('working')} ${t('stale')}`;
    return isWorking ? t('working') : null;
  };
  return (
    <Section title={t('title')}>
      <div className="flex flex-col gap-3">
        <Status text={status()} />
        {backtest.error !== null && !isWorking && (
          <>
            <ErrorPanel error={backtest.error} retry={() => void backtest.refetch()} />
            <p className="text-2xs text-muted">{t('canSave')}</p>
          </>
        )}
        {backtest.data === undefined && isWorking && <Skeleton className="h-72" />}
        {backtest.data !== undefined && backtest.error === null && (
          <div
            aria-busy={isStale}
            className={classNames('flex flex-col gap-4', isStale && 'opacity-50')}
          >
            <BacktestChart name={words.metric(draft.metric)} backtest={backtest.data} />
            <BacktestFigures backtest={backtest.data} />
            <DelaysTable backtest={backtest.data} />
            <Firings backtest={backtest.data} />
          </div>
        )}
        <p className="text-2xs text-muted">{t('note')}</p>
      </div>
    </Section>
  );
}
