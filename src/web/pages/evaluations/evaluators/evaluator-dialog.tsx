import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { EvaluatorEntry } from '../../../../contract/evaluators.ts';
import { useChangeEvaluator } from '../../../data/evaluators.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, NumberField } from '../../../ui/field.tsx';
import type { JsonObject } from '../../../ui/schema-fields.ts';
import { SchemaForm } from '../../../ui/schema-form.tsx';
import { useEvaluatorName } from '../../../ui/use-evaluator-name.ts';

interface Props {
  readonly open: boolean;
  readonly evaluator: EvaluatorEntry;
  readonly onClose: () => void;
}

/** How an evaluator runs in the project. */
export function EvaluatorDialog({ open, evaluator, onClose }: Props) {
  const t = useTranslations('evaluators');
  const nameOf = useEvaluatorName();
  return (
    <Dialog open={open} onClose={onClose} title={t('change', { name: nameOf(evaluator) })} wide>
      <EvaluatorForm evaluator={evaluator} onDone={onClose} />
    </Dialog>
  );
}

const ALL = 100;

function EvaluatorForm({ evaluator, onDone }: { evaluator: EvaluatorEntry; onDone: () => void }) {
  const t = useTranslations('evaluators');
  const { setting } = evaluator;
  const [percent, setPercent] = useState<number | null>(setting.sampleRate * ALL);
  const [flags, setFlags] = useState(setting.flags);
  const [options, setOptions] = useState<JsonObject | null>(setting.options);
  const change = useChangeEvaluator();
  const isWrong = options === null || percent === null || percent <= 0 || percent > ALL;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isWrong) return;
    change.mutate(
      { id: evaluator.id, change: { sampleRate: percent / ALL, flags, options } },
      { onSuccess: onDone },
    );
  };
  return (
    <form
      onSubmit={submit}
      className="flex flex-col gap-4 text-start text-[0.8125rem] whitespace-normal"
    >
      <p className="text-muted">{evaluator.description}</p>
      <NumberField
        label={t('sampleRate')}
        hint={t('sampleHint')}
        value={percent}
        onChange={setPercent}
        min={0.01}
        max={ALL}
        step="any"
        required
      />
      <CheckField
        label={t('mayFlagLabel')}
        hint={t('flagHint')}
        checked={flags}
        onChange={setFlags}
      />
      <SchemaForm schema={evaluator.optionsSchema} value={options} onChange={setOptions} />
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button type="submit" look="primary" disabled={change.isPending || isWrong}>
        {t('save')}
      </Button>
    </form>
  );
}
