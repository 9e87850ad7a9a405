import { useTranslations } from 'use-intl';
import type { Monitor } from '../../../../contract/monitors.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Fact } from '../../../ui/fact.tsx';
import { Section } from '../../../ui/section.tsx';
import { SeverityMark } from '../../../ui/severity-mark.tsx';
import { Time } from '../../../ui/time.tsx';
import { neededOf } from '../current-value.tsx';
import { useMonitorWords } from '../use-monitor-words.ts';
import { useQuantity } from '../use-quantity.ts';

function Telling({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const quantity = useQuantity();
  const { channels, renotifyMinutes, escalation } = monitor;
  return (
    <>
      <Fact name={t('detail.tells')}>
        {channels.length === 0 ? t('onlyShown') : channels.join(', ')}
      </Fact>
      <Fact name={t('detail.again')}>
        {renotifyMinutes === null
          ? t('editor.neverAgain')
          : t('editor.every', { time: quantity.minutes(renotifyMinutes) })}
      </Fact>
      {escalation !== null && (
        <Fact name={t('detail.escalates')}>
          {t('detail.escalatesTo', {
            time: quantity.minutes(escalation.afterMinutes),
            channels: escalation.channels.join(', '),
          })}
        </Fact>
      )}
    </>
  );
}

/** How the monitor is set, in words. */
export function MonitorFacts({ monitor }: { monitor: Monitor }) {
  const t = useTranslations('monitors');
  const words = useMonitorWords();
  const { description, metric, slice, condition, labels, runbookUrl, severity } = monitor;
  const needed = neededOf(monitor);
  return (
    <Section title={t('detail.facts')}>
      {description !== '' && (
        <p className="mb-3 max-w-4xl text-[0.8125rem] whitespace-pre-wrap wrap-anywhere">
          {description}
        </p>
      )}
      <dl className="grid grid-cols-2 gap-3 text-[0.8125rem] md:grid-cols-4">
        <Fact name={t('detail.measures')}>{words.metric(metric)}</Fact>
        <Fact name={t('detail.of')}>{words.slice(slice)}</Fact>
        <Fact name={t('detail.fires')}>{words.condition(metric, condition)}</Fact>
        <Fact name={t('columns.severity')}>
          <SeverityMark severity={severity} />
        </Fact>
        {needed !== null && <Fact name={t('detail.samples')}>{needed}</Fact>}
        <Telling monitor={monitor} />
        <Fact name={t('detail.changed')}>
          <Time iso={monitor.updatedAt} />
        </Fact>
        {runbookUrl !== null && (
          <Fact name={t('editor.runbook')}>
            <a href={runbookUrl} rel="noreferrer" className="text-accent hover:underline">
              {runbookUrl}
            </a>
          </Fact>
        )}
        {Object.keys(labels).length > 0 && (
          <Fact name={t('editor.labels')}>
            <span className="flex flex-wrap gap-1">
              {Object.entries(labels).map(([name, value]) => (
                <Badge key={name}>
                  {name}={value}
                </Badge>
              ))}
            </span>
          </Fact>
        )}
      </dl>
    </Section>
  );
}
