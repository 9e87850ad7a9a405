import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../../contract/alerts.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Fact } from '../../../ui/fact.tsx';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';
import { useFormat } from '../../../use-format.ts';

function MaybeTime({ name, iso }: { name: string; iso: string | null }) {
  if (iso === null) return null;
  return (
    <Fact name={name}>
      <Time iso={iso} />
    </Fact>
  );
}

function Whose({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts.facts');
  const { monitorId, labels, name } = alert;
  if (alert.source === 'program') return t('byProgram');
  if (monitorId === null) return name;
  return (
    <Link to="/monitors/$id" params={{ id: monitorId }} className="text-accent hover:underline">
      {labels['monitor'] ?? name}
    </Link>
  );
}

/** When, whose, and with which labels. */
export function AlertFacts({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts.facts');
  const format = useFormat();
  const { subject, runbookUrl, labels, note } = alert;
  return (
    <Section title={t('title')}>
      <dl className="grid grid-cols-2 gap-3 text-[0.8125rem]">
        <Fact name={t('monitor')}>
          <Whose alert={alert} />
        </Fact>
        {subject !== '' && <Fact name={t('about')}>{subject}</Fact>}
        <MaybeTime name={t('changed')} iso={alert.changedAt} />
        <MaybeTime name={t('started')} iso={alert.startedAt} />
        <MaybeTime name={t('fired')} iso={alert.firedAt} />
        <MaybeTime name={t('lastTold')} iso={alert.lastNotifiedAt} />
        <MaybeTime name={t('escalated')} iso={alert.escalatedAt} />
        <MaybeTime name={t('ended')} iso={alert.endedAt} />
        <Fact name={t('lasted')}>{format.span(alert.durationSeconds)}</Fact>
        {runbookUrl !== null && (
          <Fact name={t('runbook')}>
            <a href={runbookUrl} rel="noreferrer" className="text-accent hover:underline">
              {runbookUrl}
            </a>
          </Fact>
        )}
      </dl>
      {note !== null && note !== '' && (
        <div className="mt-3 text-[0.8125rem]">
          <p className="text-2xs text-muted">{t('note')}</p>
          <p className="whitespace-pre-wrap wrap-anywhere">{note}</p>
        </div>
      )}
      <div className="mt-3">
        <p className="mb-1 text-2xs text-muted">{t('labels')}</p>
        <div className="flex flex-wrap gap-1">
          {Object.entries(labels).map(([name, value]) => (
            <Badge key={name}>
              <span className="truncate">
                {name}={value}
              </span>
            </Badge>
          ))}
        </div>
      </div>
    </Section>
  );
}
