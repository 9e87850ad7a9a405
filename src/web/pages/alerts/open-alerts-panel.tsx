import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Alert } from '../../../contract/alerts.ts';
import { useMonitors } from '../../data/monitors.ts';
import { Button } from '../../ui/button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Section } from '../../ui/section.tsx';
import { type Choosing, isWaiting, OpenRows } from './alert-rows.tsx';
import { matchersOf } from './match-alerts.ts';
import { NoteDialog } from './note-dialog.tsx';
import { SilenceDialog } from './silences/silence-dialog.tsx';
import { useAlertKeys } from './use-alert-keys.ts';

function Calm({ isFiltered }: { isFiltered: boolean }) {
  const t = useTranslations('alerts');
  const monitors = useMonitors();
  const watching = monitors.data?.items.filter(({ enabled }) => enabled).length;
  if (isFiltered) return <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('noneFits')}</p>;
  return (
    <div className="flex flex-wrap items-center gap-3 px-4 pb-4 text-[0.8125rem]">
      <CircleCheck aria-hidden="true" className="size-5 text-good" />
      <p>
        <span className="font-medium">{t('calm')}</span>
        {watching !== undefined && (
          <span className="text-muted"> · {t('calmText', { n: watching })}</span>
        )}
      </p>
      {watching === 0 && (
        <Link to="/monitors" className="text-accent hover:underline">
          {t('toMonitors')}
        </Link>
      )}
    </div>
  );
}

function useChoosing(): Choosing & { readonly clear: () => void } {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  return {
    chosen,
    toggle: (id) => {
      const others = [...chosen].filter((one) => one !== id);
      setChosen(new Set(chosen.has(id) ? others : [...others, id]));
    },
    clear: () => setChosen(new Set()),
  };
}

function Keys() {
  const t = useTranslations('alerts');
  return (
    <p className="px-4 pt-2 pb-1 text-2xs text-muted max-md:hidden">
      {t.rich('keys', { key: (text) => <Kbd>{String(text)}</Kbd> })}
    </p>
  );
}

interface Props {
  readonly alerts: readonly Alert[];
  readonly isFiltered: boolean;
  readonly note: ReactNode;
}

/** What is open, with everything that can be done about it. */
export function OpenAlertsPanel({ alerts, isFiltered, note }: Props) {
  const t = useTranslations('alerts');
  const choosing = useChoosing();
  const [acknowledging, setAcknowledging] = useState<readonly string[]>([]);
  const [silencing, setSilencing] = useState<Alert | null>(null);
  const current = useAlertKeys(alerts, {
    acknowledge: ({ id }) => setAcknowledging([id]),
    silence: setSilencing,
  });
  const able = alerts.filter((alert) => choosing.chosen.has(alert.id) && isWaiting(alert));
  const bulk =
    able.length === 0 ? undefined : (
      <Button look="primary" onClick={() => setAcknowledging(able.map(({ id }) => id))}>
        {t('ack.title', { n: able.length })}
      </Button>
    );
  return (
    <Section title={t('open')} note={note} flush {...(bulk === undefined ? {} : { actions: bulk })}>
      {alerts.length === 0 ? (
        <Calm isFiltered={isFiltered} />
      ) : (
        <>
          <OpenRows
            alerts={alerts}
            current={current}
            choosing={choosing}
            onAcknowledge={({ id }) => setAcknowledging([id])}
            onSilence={setSilencing}
          />
          <Keys />
        </>
      )}
      {acknowledging.length > 0 && (
        <NoteDialog
          ids={acknowledging}
          step="acknowledge"
          onClose={() => {
            setAcknowledging([]);
            choosing.clear();
          }}
        />
      )}
      {silencing !== null && (
        <SilenceDialog matchers={matchersOf(silencing)} onClose={() => setSilencing(null)} />
      )}
    </Section>
  );
}
