import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { JudgeSettings } from '../../../../contract/judges.ts';
import { useChangeSettings } from '../../../data/judges.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { NumberField, TextField } from '../../../ui/field.tsx';

const MICRO = 1_000_000;

interface FormProps {
  readonly settings: JudgeSettings;
  readonly onDone: () => void;
}

function SettingsForm({ settings, onDone }: FormProps) {
  const t = useTranslations('judges.settings');
  const [dollars, setDollars] = useState<number | null>(settings.dailyBudgetMicroUsd / MICRO);
  const [concurrency, setConcurrency] = useState<number | null>(settings.concurrency);
  const [perMinute, setPerMinute] = useState<number | null>(settings.perMinute);
  const [model, setModel] = useState(settings.model ?? '');
  const change = useChangeSettings();
  const isWrong = dollars === null || concurrency === null || perMinute === null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isWrong) return;
    const dailyBudgetMicroUsd = Math.round(dollars * MICRO);
    change.mutate(
      { dailyBudgetMicroUsd, concurrency, perMinute, model: model.trim() || null },
      { onSuccess: onDone },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <NumberField
        label={t('daily')}
        hint={t('dailyHint')}
        value={dollars}
        onChange={setDollars}
        min={0}
        step="any"
        required
      />
      <NumberField
        label={t('atOnce')}
        value={concurrency}
        onChange={setConcurrency}
        min={1}
        max={64}
        required
      />
      <NumberField
        label={t('perMinute')}
        value={perMinute}
        onChange={setPerMinute}
        min={1}
        max={100_000}
        required
      />
      <TextField
        label={t('model')}
        hint={t('modelHint')}
        value={model}
        onChange={setModel}
        placeholder="demo/judge"
        maxLength={256}
      />
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button type="submit" look="primary" disabled={isWrong || change.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}

interface Props {
  readonly open: boolean;
  readonly settings: JudgeSettings;
  readonly onClose: () => void;
}

/** What judges may spend in a day, how fast they ask, and whom. */
export function SettingsDialog({ open, settings, onClose }: Props) {
  const t = useTranslations('judges.settings');
  return (
    <Dialog open={open} onClose={onClose} title={t('title')}>
      <SettingsForm settings={settings} onDone={onClose} />
    </Dialog>
  );
}
