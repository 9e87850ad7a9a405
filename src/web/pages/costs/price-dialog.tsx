import { type SubmitEvent, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSavePrice } from '../../data/costs.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { CheckField, NumberField, SelectField, TextField } from '../../ui/field.tsx';
import { useFormat } from '../../use-format.ts';
import { type PriceDraft, SINCE, validFromOf } from './price-draft.ts';

export function PriceDialog(props: { draft: PriceDraft | null; onClose: () => void }) {
  const t = useTranslations('costs.prices');
  const isNew = props.draft?.id == null;
  return (
    <Dialog
      open={props.draft !== null}
      onClose={props.onClose}
      title={isNew ? t('add') : t('change')}
    >
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

function bodyOf(draft: PriceDraft, confirmUnusual: boolean) {
  const provider = draft.provider.trim();
  const validFrom = validFromOf(draft.since, Date.now());
  const { before } = draft;
  return {
    provider: provider === '' ? null : provider,
    model: draft.model.trim(),
    ...(validFrom === undefined ? {} : { validFrom }),
    validTo: before?.validTo ?? null,
    inputUsdPerMillion: draft.input,
    cachedInputUsdPerMillion: draft.cached,
    cacheWriteInputUsdPerMillion: before?.cacheWriteInputUsdPerMillion ?? null,
    outputUsdPerMillion: draft.output,
    audioInputUsdPerMillion: before?.audioInputUsdPerMillion ?? null,
    audioOutputUsdPerMillion: before?.audioOutputUsdPerMillion ?? null,
    confirmUnusual,
  };
}

function PriceForm({ given, onDone }: { given: PriceDraft; onDone: () => void }) {
  const t = useTranslations('costs.prices');
  const format = useFormat();
  const [draft, setDraft] = useState(given);
  const [isMeant, setIsMeant] = useState(false);
  const save = useSavePrice();
  const unusual = FIGURES.some((name) => isUnusual(draft[name]));
  const perToken = (value: number | null): string =>
    value === null ? t('notStated') : t('perToken', { amount: format.tinyUsd(value / 1e6) });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate({ id: draft.id, body: bodyOf(draft, isMeant) }, { onSuccess: onDone });
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
      <SelectField
        label={t('since')}
        hint={t('sinceHint')}
        value={draft.since}
        onChange={(since) => setDraft({ ...draft, since })}
        options={SINCE.filter((value) =>
          draft.id === null ? value !== 'kept' : value !== 'now',
        ).map((value) => ({ value, label: t(`sinces.${value}`) }))}
      />
      {unusual && (
        <CheckField
          label={t('unusual')}
          hint={t('unusualHint', { most: format.usd(USUAL.most) })}
          checked={isMeant}
          onChange={setIsMeant}
        />
      )}
      {save.error !== null && <ErrorPanel error={save.error} />}
      <Button type="submit" look="primary" disabled={save.isPending || (unusual && !isMeant)}>
        {draft.id === null ? t('add') : t('save')}
      </Button>
    </form>
  );
}
