import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Dataset } from '../../../../contract/datasets.ts';
import { useAddFromFilter } from '../../../data/datasets.ts';
import { useScope } from '../../../frame/scope.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, NumberField, SelectField, TextField } from '../../../ui/field.tsx';

interface Props {
  readonly dataset: Dataset;
  readonly onClose: () => void;
}

const USUAL_COUNT = 100;
const PICKS = ['sample', 'newest'] as const;
const EMPTY = { model: '', tag: '', user: '', score: '', q: '' };

function FilterForm({ dataset, onClose }: Props) {
  const t = useTranslations('datasets.filter');
  const { range } = useScope();
  const [given, setGiven] = useState(EMPTY);
  const [count, setCount] = useState<number | null>(USUAL_COUNT);
  const [pick, setPick] = useState<(typeof PICKS)[number]>('sample');
  const [isAnswer, setIsAnswer] = useState(false);
  const add = useAddFromFilter(dataset.id);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const filter = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const reference = isAnswer ? 'answer' : 'none';
    const body = { from: range.from, to: range.to, filter, pick, reference } as const;
    add.mutate({ ...body, count: count ?? USUAL_COUNT });
  };
  if (add.data !== undefined) {
    const { added, kept, matched } = add.data;
    return (
      <div className="flex flex-col gap-3 text-[0.8125rem]">
        <p role="status">{t('done', { added, kept, matched })}</p>
        <Button look="primary" onClick={onClose}>
          {t('close')}
        </Button>
      </div>
    );
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 text-[0.8125rem]">
      <p className="text-2xs text-muted">{t('range')}</p>
      <div className="grid gap-3 sm:grid-cols-2">
        {(['model', 'tag', 'user', 'score', 'q'] as const).map((name) => (
          <TextField
            key={name}
            label={t(`fields.${name}`)}
            value={given[name]}
            onChange={(value) => setGiven({ ...given, [name]: value })}
            {...(name === 'score' ? { placeholder: 'overall<0.5' } : {})}
          />
        ))}
        <NumberField
          label={t('count')}
          value={count}
          onChange={setCount}
          min={1}
          max={5000}
          required
        />
        <SelectField
          label={t('pick')}
          value={pick}
          onChange={setPick}
          options={PICKS.map((value) => ({ value, label: t(`picks.${value}`) }))}
        />
      </div>
      <CheckField
        label={t('answer')}
        hint={t('answerHint')}
        checked={isAnswer}
        onChange={setIsAnswer}
      />
      {add.error !== null && <ErrorPanel error={add.error} />}
      <Button type="submit" look="primary" disabled={add.isPending}>
        {t('add')}
      </Button>
    </form>
  );
}

/** Adds recorded calls of the chosen time that match a filter. */
export function FilterDialog({ open, ...rest }: Props & { readonly open: boolean }) {
  const t = useTranslations('datasets.filter');
  return (
    <Dialog open={open} onClose={rest.onClose} title={t('title')} wide>
      <FilterForm {...rest} />
    </Dialog>
  );
}
