import { useTranslations } from 'use-intl';
import type { AlertEvent } from '../../../../contract/alerts.ts';
import { classNames } from '../../../ui/class-names.ts';
import { Section } from '../../../ui/section.tsx';
import { Time } from '../../../ui/time.tsx';

const DOTS: Record<AlertEvent['kind'], string> = {
  pending: 'bg-warn',
  firing: 'bg-bad',
  acknowledged: 'bg-accent',
  unacknowledged: 'bg-edge',
  silenced: 'bg-edge',
  unsilenced: 'bg-edge',
  escalated: 'bg-warn',
  notified: 'bg-edge',
  resolved: 'bg-good',
  note: 'bg-accent',
};

const OCCASIONS = ['first', 'again', 'escalation'] as const;

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function Details({ details }: Pick<AlertEvent, 'details'>) {
  const t = useTranslations('alerts.occasions');
  const { note, channels, occasion } = details;
  const known = OCCASIONS.find((one) => one === occasion);
  const told = [...textsOf(channels), ...(known === undefined ? [] : [t(known)])];
  return (
    <>
      {told.length > 0 && <p className="text-xs text-muted wrap-anywhere">{told.join(' · ')}</p>}
      {typeof note === 'string' && note !== '' && (
        <p className="whitespace-pre-wrap wrap-anywhere">{note}</p>
      )}
    </>
  );
}

/** What happened to the alert, oldest first. */
export function Timeline({ events }: { events: readonly AlertEvent[] }) {
  const t = useTranslations('alerts.timeline');
  return (
    <Section title={t('title')}>
      <ol className="flex flex-col text-[0.8125rem]">
        {events.map(({ id, at, kind, actor, details }) => (
          <li key={id} className="group flex gap-3 pb-3 last:pb-0">
            <span aria-hidden="true" className="flex flex-col items-center pt-1.5">
              <span className={classNames('size-2 shrink-0 rounded-full', DOTS[kind])} />
              <span className="-mb-3 w-px grow bg-line group-last:hidden" />
            </span>
            <div className="min-w-0 grow">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{t(`kinds.${kind}`)}</span>
                <span className="text-2xs text-muted">
                  <Time iso={at} as="moment" />
                  {actor !== null && ` · ${actor}`}
                </span>
              </p>
              <Details details={details} />
            </div>
          </li>
        ))}
      </ol>
    </Section>
  );
}
