import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useStartBackfill } from '../../../data/backfills.ts';
import { useEvaluators } from '../../../data/evaluators.ts';
import { useScope } from '../../../frame/scope.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, TextField } from '../../../ui/field.tsx';
import { Time } from '../../../ui/time.tsx';
import { useEvaluatorName } from '../../../ui/use-evaluator-name.ts';

const CUSTOM_RULES = 'custom_rules';

/** Chooses who is asked again, and about what. */
export function BackfillDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('backfills');
  return (
    <Dialog open={open} onClose={onClose} title={t('start')}>
      <BackfillForm onDone={onClose} />
    </Dialog>
  );
}

function Choices(props: {
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}) {
  const t = useTranslations('backfills');
  const nameOf = useEvaluatorName();
  const { chosen, onChange } = props;
  const known = useEvaluators().data?.items ?? [];
  const choices = [
    { id: CUSTOM_RULES, label: t('customRules') },
    ...known.map((one) => ({ id: one.id, label: nameOf(one) })),
  ];
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1">{t('evaluators')}</legend>
      {choices.map(({ id, label }) => (
        <CheckField
          key={id}
          label={label}
          checked={chosen.includes(id)}
          onChange={(isOn) =>
            onChange(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))
          }
        />
      ))}
    </fieldset>
  );
}

function BackfillForm({ onDone }: { onDone: () => void }) {
  const t = useTranslations('backfills');
  const { range } = useScope();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [model, setModel] = useState('');
  const [text, setText] = useState('');
  const start = useStartBackfill();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const filters = {
      ...(model.trim() === '' ? {} : { model: model.trim() }),
      ...(text.trim() === '' ? {} : { q: text.trim() }),
    };
    const body = { evaluators: [...chosen], filters, from: range.from, to: range.to };
    start.mutate(body, { onSuccess: onDone });
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal"
    >
      <p className="text-muted">{t('explain')}</p>
      <p>
        {t('range')} <Time iso={range.from} /> – <Time iso={range.to} />
      </p>
      <Choices chosen={chosen} onChange={setChosen} />
      <TextField label={t('model')} value={model} onChange={setModel} maxLength={256} />
      <TextField label={t('text')} value={text} onChange={setText} maxLength={500} />
      {start.error !== null && <ErrorPanel error={start.error} />}
      <Button type="submit" look="primary" disabled={start.isPending || chosen.length === 0}>
        {t('begin')}
      </Button>
    </form>
  );
}
