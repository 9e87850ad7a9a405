import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Repricing } from '../../../contract/costs.ts';
import {
  useCancelRepricing,
  useRefreshAfterRepricing,
  useRepricings,
  useStartRepricing,
} from '../../data/costs.ts';
import { useScope } from '../../frame/scope.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Meter } from '../../ui/meter.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section } from '../../ui/section.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { useFormat } from '../../use-format.ts';

const TONES: Record<Repricing['status'], Tone> = {
  queued: 'neutral',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
};

function isOpen({ status }: Repricing): boolean {
  return status === 'queued' || status === 'running';
}

function RepricingRow({ repricing }: { repricing: Repricing }) {
  const t = useTranslations('costs.repricing');
  const format = useFormat();
  const cancel = useCancelRepricing();
  const { status, scanned, total, changed, beforeMicroUsd, afterMicroUsd, progress } = repricing;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2 text-[0.8125rem]">
      <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>
      <span>
        {t('span', {
          from: format.timeShort(repricing.from),
          to: format.timeShort(repricing.to),
        })}
        {repricing.model !== null && ` · ${repricing.model}`}
      </span>
      <Meter
        label={t('progress', { scanned: format.count(scanned), total: format.count(total) })}
        share={progress ?? 0}
        isPlain
      />
      <span className="text-muted tabular-nums">
        {t('changed', {
          n: format.count(changed),
          before: format.usd(beforeMicroUsd * 1e-6),
          after: format.usd(afterMicroUsd * 1e-6),
        })}
      </span>
      {repricing.error !== null && <span className="text-bad">{repricing.error}</span>}
      {isOpen(repricing) && (
        <Button disabled={cancel.isPending} onClick={() => cancel.mutate(repricing.id)}>
          {t('cancel')}
        </Button>
      )}
    </li>
  );
}

/** Prices the calls of the range on the page anew, and how far that is. */
export function Repricings() {
  const t = useTranslations('costs.repricing');
  const format = useFormat();
  const { range } = useScope();
  const [isAsked, setIsAsked] = useState(false);
  const [isWatched, setIsWatched] = useState(true);
  const repricings = useRepricings(isWatched);
  useRefreshAfterRepricing(repricings.data?.items);
  const start = useStartRepricing();
  const anyOpen = repricings.data?.items.some(isOpen) ?? false;
  if (repricings.data !== undefined && isWatched !== anyOpen) setIsWatched(anyOpen);
  return (
    <Section
      title={t('title')}
      note={t('note')}
      actions={
        <Button disabled={start.isPending || anyOpen} onClick={() => setIsAsked(true)}>
          {t('start')}
        </Button>
      }
    >
      <ConfirmDialog
        open={isAsked}
        title={t('start')}
        text={t('startText', {
          from: format.timeShort(range.from),
          to: format.timeShort(range.to),
        })}
        action={t('start')}
        isPending={start.isPending}
        error={start.error}
        onClose={() => setIsAsked(false)}
        onConfirm={() =>
          start.mutate({ from: range.from, to: range.to }, { onSuccess: () => setIsAsked(false) })
        }
      />
      <QueryView query={repricings} skeleton={<SkeletonRows rows={1} />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="text-[0.8125rem] text-muted">{t('empty')}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((one) => (
                <RepricingRow key={one.id} repricing={one} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  );
}
