import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CalibrationReply } from '../../../../contract/calibration.ts';
import { type CalibrationChoice, useCalibration } from '../../../data/calibration.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { useFormat } from '../../../use-format.ts';
import { BarDialog } from './bar-dialog.tsx';
import { CalibrationTable, keyOf } from './calibration-table.tsx';
import { Detail } from './detail.tsx';
import { EmptyCalibration } from './empty-calibration.tsx';

/** How well evaluators agree with people. */
export function Calibration() {
  const calibration = useCalibration();
  return (
    <QueryView query={calibration} skeleton={<SkeletonRows rows={4} />}>
      {(reply) => (reply.items.length === 0 ? <EmptyCalibration /> : <Found reply={reply} />)}
    </QueryView>
  );
}

function Found({ reply: { bar, items } }: { reply: CalibrationReply }) {
  const t = useTranslations('calibration');
  const format = useFormat();
  const [chosen, setChosen] = useState<CalibrationChoice | null>(null);
  const shown = items.find((item) => chosen !== null && keyOf(item) === keyOf(chosen)) ?? items[0];
  return (
    <>
      <Section
        title={t('title')}
        note={t('bar', { kappa: format.score(bar.kappa), n: format.count(bar.minLabels) })}
        actions={<BarDialog bar={bar} />}
        flush
      >
        <CalibrationTable
          items={items}
          bar={bar}
          chosen={shown === undefined ? null : keyOf(shown)}
          onChoose={setChosen}
        />
        <p className="px-4 pt-1 pb-2 text-2xs text-muted">{t('explain')}</p>
      </Section>
      {shown !== undefined && <Detail key={keyOf(shown)} choice={shown} />}
    </>
  );
}
