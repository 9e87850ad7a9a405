import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../../contract/datasets.ts';
import { type RunBody, useBeginRun, useRunEstimate } from '../../../data/dataset-runs.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { NumberField, TextField } from '../../../ui/field.tsx';
import { useSettled } from '../../../ui/use-settled.ts';
import { EstimateLine } from './estimate-line.tsx';
import { EvaluatorFields } from './evaluator-fields.tsx';

interface Props {
  readonly dataset: Dataset;
  readonly onClose: () => void;
}

interface Draft {
  readonly model: string;
  readonly prompt: string;
  readonly evaluators: readonly string[];
  readonly concurrency: number | null;
  readonly limitUsd: number | null;
}

const EMPTY: Draft = {
  model: '',
  prompt: '',
  evaluators: ['rule-basic'],
  concurrency: 4,
  limitUsd: null,
};

function wishOf(dataset: Dataset, { model, prompt, evaluators }: Draft): RunBody {
  return {
    dataset: dataset.id,
    model,
    ...(prompt === '' ? {} : { prompt }),
    evaluators: [...evaluators],
  };
}

function RunForm({ dataset, onClose }: Props) {
  const t = useTranslations('datasets.runForm');
  const navigate = useNavigate();
  const [draft, setDraft] = useState(EMPTY);
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const begin = useBeginRun();
  // Typing must not ask for every letter.
  const [model, prompt] = [useSettled(draft.model), useSettled(draft.prompt)];
  const estimate = useRunEstimate(wishOf(dataset, { ...draft, model, prompt }), model !== '');
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { concurrency, limitUsd } = draft;
    const body = {
      ...wishOf(dataset, draft),
      ...(concurrency === null ? {} : { concurrency }),
      ...(limitUsd === null ? {} : { limitUsd }),
    };
    const onSuccess = ({ id }: { id: string }): void => {
      onClose();
      void navigate({ to: '/runs/$id', params: { id } });
    };
    begin.mutate(body, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 text-[0.8125rem]">
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label={t('model')}
          hint={t('modelHint')}
          value={draft.model}
          onChange={(model) => set({ model })}
          placeholder="demo/good"
          required
        />
        <TextField
          label={t('prompt')}
          hint={t('promptHint')}
          value={draft.prompt}
          onChange={(prompt) => set({ prompt })}
          placeholder="name@3"
        />
        <NumberField
          label={t('concurrency')}
          value={draft.concurrency}
          onChange={(concurrency) => set({ concurrency })}
          min={1}
          max={32}
        />
        <NumberField
          label={t('limit')}
          hint={t('limitHint')}
          value={draft.limitUsd}
          onChange={(limitUsd) => set({ limitUsd })}
          min={0}
          step="any"
        />
      </div>
      <EvaluatorFields chosen={draft.evaluators} onChange={(evaluators) => set({ evaluators })} />
      {draft.model !== '' && <EstimateLine query={estimate} />}
      {begin.error !== null && <ErrorPanel error={begin.error} />}
      <Button type="submit" look="primary" disabled={begin.isPending || draft.model === ''}>
        {t('begin', { items: dataset.items })}
      </Button>
    </form>
  );
}

/** Begins a run over the latest version, with what it will cost. */
export function RunDialog({ open, ...rest }: Props & { readonly open: boolean }) {
  const t = useTranslations('datasets.runForm');
  return (
    <Dialog open={open} onClose={rest.onClose} title={t('title')} wide>
      <RunForm {...rest} />
    </Dialog>
  );
}
