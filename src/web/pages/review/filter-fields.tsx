import { useTranslations } from 'use-intl';
import { CheckField, NumberField, TextField } from '../../ui/field.tsx';
import type { DraftProps } from './queue-dialog.tsx';

/** What the items are picked from. */
export function FilterFields({ draft, onChange }: DraftProps) {
  const t = useTranslations('review.form');
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-line p-3">
      <legend className="px-1 text-xs font-medium">{t('filter')}</legend>
      <p className="text-2xs text-muted">{t('filterHint')}</p>
      <div className="grid gap-3 sm:grid-cols-3">
        <TextField
          label={t('model')}
          value={draft.model}
          onChange={(model) => onChange({ ...draft, model })}
        />
        <TextField
          label={t('tag')}
          value={draft.tag}
          onChange={(tag) => onChange({ ...draft, tag })}
        />
        <NumberField
          label={t('maxValue')}
          min={0}
          max={1}
          step="any"
          value={draft.maxValue}
          onChange={(maxValue) => onChange({ ...draft, maxValue })}
        />
      </div>
      <div className="flex flex-col gap-2 sm:flex-row sm:gap-5">
        <CheckField
          label={t('flagged')}
          checked={draft.flagged}
          onChange={(flagged) => onChange({ ...draft, flagged })}
        />
        <CheckField
          label={t('unclear')}
          checked={draft.unclear}
          onChange={(unclear) => onChange({ ...draft, unclear })}
        />
        <CheckField
          label={t('unreviewed')}
          checked={draft.unreviewed}
          onChange={(unreviewed) => onChange({ ...draft, unreviewed })}
        />
      </div>
    </fieldset>
  );
}
