import { useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CalibrationDetail } from '../../../../contract/calibration.ts';
import { type CalibrationChoice, useCalibrationDetail } from '../../../data/calibration.ts';
import { QueryView } from '../../../ui/query-view.tsx';
import { Section } from '../../../ui/section.tsx';
import { SkeletonRows } from '../../../ui/skeleton.tsx';
import { ConfusionMatrix } from './confusion-matrix.tsx';
import { CorrectedFacts } from './corrected-facts.tsx';
import { SliceTable } from './slice-table.tsx';
import { ThresholdField } from './threshold-field.tsx';

/** One evaluator: where it errs, at which threshold, in which language, on which model. */
export function Detail({ choice }: { choice: CalibrationChoice }) {
  const t = useTranslations('calibration');
  const [threshold, setThreshold] = useState(0.5);
  const asked = useDeferredValue(threshold);
  const { name, evaluator } = choice;
  const detail = useCalibrationDetail(choice, asked);
  return (
    <QueryView query={detail} skeleton={<SkeletonRows rows={5} />}>
      {(found) => (
        <>
          <div className="grid gap-3 lg:grid-cols-2">
            <Section title={t('whereItErrs')} note={`${name} · ${evaluator}`}>
              <ConfusionMatrix confusion={found.evaluator.confusion} />
              <ThresholdField
                threshold={threshold}
                onChange={setThreshold}
                accuracy={found.evaluator}
                curve={found.curve}
              />
            </Section>
            <Section title={t('corrected')}>
              <CorrectedFacts detail={found} />
            </Section>
          </div>
          <Slices detail={found} />
        </>
      )}
    </QueryView>
  );
}

function Slices({ detail }: { detail: CalibrationDetail }) {
  const t = useTranslations('calibration');
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      <Section title={t('byLanguage')} flush>
        <SliceTable label={t('byLanguage')} slices={detail.byLanguage} isLanguage />
      </Section>
      <Section title={t('byModel')} flush>
        <SliceTable label={t('byModel')} slices={detail.byModel} />
      </Section>
    </div>
  );
}
