import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CalibrationBar } from '../../../../contract/calibration.ts';
import { useChangeBar } from '../../../data/calibration.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { NumberField } from '../../../ui/field.tsx';

/** What an evaluator has to reach before it may page anybody. */
export function BarDialog({ bar }: { bar: CalibrationBar }) {
  const t = useTranslations('calibration');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('changeBar')}</Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('changeBar')}>
        <BarForm bar={bar} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function BarForm({ bar, onDone }: { bar: CalibrationBar; onDone: () => void }) {
  const t = useTranslations('calibration');
  const [kappa, setKappa] = useState<number | null>(bar.kappa);
  const [minLabels, setMinLabels] = useState<number | null>(bar.minLabels);
  const change = useChangeBar();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (kappa === null || minLabels === null) return;
    change.mutate({ kappa, minLabels }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <NumberField
        label={t('barKappa')}
        hint={t('barKappaHint')}
        min={0}
        max={1}
        step="any"
        required
        value={kappa}
        onChange={setKappa}
      />
      <NumberField
        label={t('barLabels')}
        hint={t('barLabelsHint')}
        min={10}
        max={100_000}
        required
        value={minLabels}
        onChange={setMinLabels}
      />
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button
        type="submit"
        look="primary"
        disabled={change.isPending || kappa === null || minLabels === null}
      >
        {t('save')}
      </Button>
    </form>
  );
}
