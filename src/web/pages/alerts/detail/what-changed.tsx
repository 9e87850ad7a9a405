import { useTranslations } from 'use-intl';
import type { ChangesReply } from '../../../../contract/changes.ts';
import { useAlertChanges } from '../../../data/changes.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { JudgePanel } from './judge-panel.tsx';
import { Markers } from './markers.tsx';
import { SlicesTable } from './slices-table.tsx';
import { useChangeWords } from './use-change-words.ts';

/** The change as a whole: what is being taken apart. */
function Whole({ changes }: { changes: ChangesReply }) {
  const t = useTranslations('alerts.changes');
  const format = useFormat();
  const words = useChangeWords(changes.unit);
  const { before, after, change, sampled } = changes;
  const print = [
    words.interval(change),
    t('periods', {
      beforeFrom: format.timeShort(before.from),
      beforeTo: format.timeShort(before.to),
      afterFrom: format.timeShort(after.from),
      afterTo: format.timeShort(after.to),
    }),
    sampled ? t('sampled') : '',
  ].filter((text) => text !== '');
  return (
    <div className="px-4 pb-3">
      <p className="text-[0.8125rem] tabular-nums">
        {t('said', {
          before: words.show(before.current.value),
          beforeN: words.n(before.current),
          after: words.show(after.current.value),
          afterN: words.n(after.current),
          change:
            change.value === null
              ? t('notEnough', { n: change.n, needed: changes.needed })
              : words.signed(change.value),
        })}
      </p>
      <p className="text-2xs text-muted tabular-nums">{print.join(' · ')}</p>
    </div>
  );
}

function Found({ changes }: { changes: ChangesReply }) {
  const t = useTranslations('alerts.changes');
  if (changes.metric === null)
    return (
      <>
        <p className="px-4 pb-3 text-[0.8125rem] text-muted">{t('onlyMarkers')}</p>
        <Markers markers={changes.markers} />
      </>
    );
  return (
    <>
      <Whole changes={changes} />
      {changes.judge !== null && <JudgePanel judge={changes.judge} />}
      <SlicesTable changes={changes} />
      <Markers markers={changes.markers} />
    </>
  );
}

/** Which slices explain the change, whether it is the judge's, and what happened near it. */
export function WhatChanged({ alertId }: { alertId: string }) {
  const t = useTranslations('alerts.changes');
  const changes = useAlertChanges(alertId);
  return (
    <Section title={t('title')} flush>
      <QueryView query={changes} skeleton={<SkeletonRows rows={4} />}>
        {(reply) => <Found changes={reply} />}
      </QueryView>
    </Section>
  );
}
