import { useNavigate } from '@tanstack/react-router';
import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ReviewMode, ReviewScale } from '../../../contract/reviews.ts';
import { useScores } from '../../data/analytics.ts';
import { useCreateQueue } from '../../data/reviews.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { AreaField, CheckField, NumberField, SelectField, TextField } from '../../ui/field.tsx';
import { FilterFields } from './filter-fields.tsx';
import { PlanLine } from './plan-line.tsx';
import { NEW_QUEUE, needsEvaluator, type QueueDraft, queueBody } from './queue-draft.ts';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

export function QueueDialog({ open, onClose }: Props) {
  const t = useTranslations('review');
  return (
    <Dialog open={open} onClose={onClose} title={t('create')} wide>
      <QueueForm />
    </Dialog>
  );
}

export interface DraftProps {
  readonly draft: QueueDraft;
  readonly onChange: (next: QueueDraft) => void;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

/** Names of scores and who gives them, as far as the range on the page knows. */
function useKnownScores(draft: QueueDraft) {
  const scores = useScores().data?.scores ?? [];
  const judged = scores.filter(({ source }) => source !== 'human');
  const names = sorted([draft.scoreName, ...judged.map(({ name }) => name)]);
  const evaluators = judged.filter(({ name }) => name === draft.scoreName);
  return { names, evaluators: sorted(evaluators.map(({ evaluator }) => evaluator)) };
}

function AboutFields({ draft, onChange }: DraftProps) {
  const t = useTranslations('review.form');
  const scales = useTranslations('review.scales');
  const { names, evaluators } = useKnownScores(draft);
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <SelectField
        label={t('scoreName')}
        value={draft.scoreName}
        options={names.map((value) => ({ value, label: value }))}
        onChange={(scoreName) => onChange({ ...draft, scoreName, evaluator: '' })}
      />
      <SelectField
        label={t('evaluator')}
        value={draft.evaluator}
        options={['', ...evaluators].map((value) => ({
          value,
          label: value === '' ? t('anyEvaluator') : value,
        }))}
        onChange={(evaluator) => onChange({ ...draft, evaluator })}
      />
      <SelectField
        label={t('scale')}
        value={draft.scale}
        options={ReviewScale.options.map((value) => ({ value, label: scales(value) }))}
        onChange={(scale) => onChange({ ...draft, scale })}
      />
    </div>
  );
}

function PickFields({ draft, onChange }: DraftProps) {
  const t = useTranslations('review');
  return (
    <>
      <SelectField
        label={t('form.mode')}
        hint={t(`modeHints.${draft.mode}`)}
        value={draft.mode}
        options={ReviewMode.options.map((value) => ({ value, label: t(`modes.${value}`) }))}
        onChange={(mode) => onChange({ ...draft, mode })}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <NumberField
          label={t('form.size')}
          min={1}
          max={5000}
          required
          value={draft.size}
          onChange={(size) => onChange({ ...draft, size })}
        />
        <NumberField
          label={t('form.people')}
          min={1}
          max={10}
          required
          value={draft.people}
          onChange={(people) => onChange({ ...draft, people })}
        />
      </div>
      {needsEvaluator(draft) && draft.evaluator === '' && (
        <p className="text-xs text-muted">{t('form.needsEvaluator')}</p>
      )}
      {draft.mode === 'narrow' && <PlanLine draft={draft} />}
    </>
  );
}

function QueueForm() {
  const t = useTranslations('review');
  const navigate = useNavigate();
  const create = useCreateQueue();
  const [draft, setDraft] = useState<QueueDraft>(NEW_QUEUE);
  const body = queueBody(draft);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (body === null) return;
    create.mutate(body, {
      onSuccess: ({ id }) => void navigate({ to: '/review/$queue', params: { queue: id } }),
    });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <TextField
        label={t('form.name')}
        required
        maxLength={120}
        placeholder={t('form.namePlaceholder')}
        value={draft.name}
        onChange={(name) => setDraft({ ...draft, name })}
      />
      <AboutFields draft={draft} onChange={setDraft} />
      <PickFields draft={draft} onChange={setDraft} />
      {draft.mode !== 'narrow' && <FilterFields draft={draft} onChange={setDraft} />}
      <CheckField
        label={t('form.blind')}
        hint={t('form.blindHint')}
        checked={draft.blind}
        onChange={(blind) => setDraft({ ...draft, blind })}
      />
      <AreaField
        label={t('instructions')}
        hint={t('form.instructionsHint')}
        rows={3}
        value={draft.instructions}
        onChange={(instructions) => setDraft({ ...draft, instructions })}
      />
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending || body === null}>
        {t('form.submit')}
      </Button>
    </form>
  );
}
