import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCreatePrice } from '../../data/costs.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { CheckField, NumberField, TextField } from '../../ui/field.tsx';
import { useFormat } from '../../use-format.ts';

/** US dollars for a million tokens. */
export interface PriceDraft {
  readonly provider: string;
  readonly model: string;
  readonly input: number | null;
  readonly cached: number | null;
  readonly output: number | null;
}

export function PriceDialog(props: { draft: PriceDraft | null; onClose: () => void }) {
  const t = useTranslations('costs.prices');
  return (
    <Dialog open={props.draft !== null} onClose={props.onClose} title={t('add')}>
      {props.draft !== null && <PriceForm given={props.draft} onDone={props.onClose} />}
    </Dialog>
  );
}

const FIGURES = ['input', 'cached', 'output'] as const;
/** Figures outside were most likely meant for one token or a thousand. */
const USUAL = { least: 0.001, most: 1000 };

function isUnusual(value: number | null): boolean {
  return value !== null && value > 0 && (value < USUAL.least || value > USUAL.most);
}

function PriceForm({ given, onDone }: { given: PriceDraft; onDone: () => void }) {
  const t = useTranslations('costs.prices');
  const format = useFormat();
  const [draft, setDraft] = useState(given);
  const [isMeant, setIsMeant] = useState(false);
  const create = useCreatePrice();
  const unusual = FIGURES.some((name) => isUnusual(draft[name]));
  const perToken = (value: number | null): string =>
    value === null ? t('notStated') : t('perToken', { amount: String(value / 1e6) });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const provider = draft.provider.trim();
    create.mutate(
      {
        provider: provider === '' ? null : provider,
        model: draft.model.trim(),
        inputUsdPerMillion: draft.input,
        cachedInputUsdPerMillion: draft.cached,
        outputUsdPerMillion: draft.output,
        confirmUnusual: isMeant,
      },
      { onSuccess: onDone },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <TextField
        label={t('model')}
        hint={t('modelHint')}
        value={draft.model}
        onChange={(model) => setDraft({ ...draft, model })}
        required
        maxLength={256}
      />
      <TextField
        label={t('provider')}
        hint={t('providerHint')}
        value={draft.provider}
        onChange={(provider) => setDraft({ ...draft, provider })}
        maxLength={128}
      />
      {FIGURES.map((name) => (
        <NumberField
          key={name}
          label={t(`figures.${name}`)}
          hint={perToken(draft[name])}
          value={draft[name]}
          onChange={(value) => setDraft({ ...draft, [name]: value })}
          min={0}
          step="any"
        />
      ))}
      {unusual && (
        <CheckField
          label={t('unusual')}
          hint={t('unusualHint', { most: format.usd(USUAL.most) })}
          checked={isMeant}
          onChange={setIsMeant}
        />
      )}
      {create.error !== null && <ErrorPanel error={create.error} />}
      <Button type="submit" look="primary" disabled={create.isPending || (unusual && !isMeant)}>
        {t('add')}
      </Button>
    </form>
  );
}
