import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Rubric, SamplingPlan } from '../../../../contract/judges.ts';
import { useChangePlan } from '../../../data/judges.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorPanel } from '../../../ui/error-panel.tsx';
import { CheckField, NumberField, TextField } from '../../../ui/field.tsx';
import { useRubricName } from './use-rubric-name.ts';

const ALL = 100;
const STRATA = ['base', 'flagged', 'unclear', 'lowFeedback', 'newPromptVersion'] as const;
type Stratum = (typeof STRATA)[number];

function PlanForm({ rubric, onDone }: { rubric: Rubric; onDone: () => void }) {
  const t = useTranslations('judges.plan');
  const { plan } = rubric;
  const [enabled, setEnabled] = useState(plan.enabled);
  const [model, setModel] = useState(plan.model ?? '');
  const [shares, setShares] = useState<Record<Stratum, number | null>>(() =>
    sharesOf(plan.sampling),
  );
  const change = useChangePlan();
  const isWrong = STRATA.some((one) => !isShare(shares[one]));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (isWrong) return;
    const sampling = { ...plan.sampling, ...ratesOf(shares) };
    const changed = { enabled, model: model.trim() || null, sampling };
    change.mutate({ name: rubric.name, plan: changed }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-start text-[0.8125rem]">
      <CheckField
        label={t('enabled')}
        hint={t('enabledHint')}
        checked={enabled}
        onChange={setEnabled}
      />
      <TextField
        label={t('model')}
        hint={t('modelHint', { model: rubric.judgeModel })}
        value={model}
        onChange={setModel}
        placeholder={rubric.judgeModel}
        maxLength={256}
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-1 font-medium">{t('shares')}</legend>
        <p className="text-2xs text-muted">{t('sharesHint')}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          {STRATA.map((one) => (
            <NumberField
              key={one}
              label={t(`strata.${one}`)}
              value={shares[one]}
              onChange={(value) => setShares({ ...shares, [one]: value })}
              min={0}
              max={ALL}
              step="any"
              required
            />
          ))}
        </div>
      </fieldset>
      {change.error !== null && <ErrorPanel error={change.error} />}
      <Button type="submit" look="primary" disabled={isWrong || change.isPending}>
        {t('save')}
      </Button>
    </form>
  );
}

function isShare(value: number | null): value is number {
  return value !== null && value >= 0 && value <= ALL;
}

function sharesOf(sampling: SamplingPlan): Record<Stratum, number | null> {
  const { base, flagged, unclear, lowFeedback, newPromptVersion } = sampling;
  return {
    base: base * ALL,
    flagged: flagged * ALL,
    unclear: unclear * ALL,
    lowFeedback: lowFeedback * ALL,
    newPromptVersion: newPromptVersion * ALL,
  };
}

function ratesOf(shares: Record<Stratum, number | null>): Record<Stratum, number> {
  const rate = (one: Stratum): number => (shares[one] ?? 0) / ALL;
  return {
    base: rate('base'),
    flagged: rate('flagged'),
    unclear: rate('unclear'),
    lowFeedback: rate('lowFeedback'),
    newPromptVersion: rate('newPromptVersion'),
  };
}

interface Props {
  readonly open: boolean;
  readonly rubric: Rubric;
  readonly onClose: () => void;
}

/** Which interactions a rubric judges, and who judges. */
export function PlanDialog({ open, rubric, onClose }: Props) {
  const t = useTranslations('judges.plan');
  const nameOf = useRubricName();
  const name = nameOf({ name: rubric.name, title: rubric.content.title });
  return (
    <Dialog open={open} onClose={onClose} title={t('title', { name })}>
      <PlanForm rubric={rubric} onDone={onClose} />
    </Dialog>
  );
}
