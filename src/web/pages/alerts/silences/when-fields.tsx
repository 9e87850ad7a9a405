import { useTranslations } from 'use-intl';

import { CheckField } from '../../../ui/field.tsx';
import { Segmented } from '../../../ui/segmented.tsx';
import { useQuantity } from '../../monitors/use-quantity.ts';
import {
  emptyRecurrence,
  LENGTHS,
  type Length,
  type Recurrence,
  type SilenceDraft,
} from './draft.ts';
import { RecurrenceFields } from './recurrence-fields.tsx';

interface Props {
  readonly draft: SilenceDraft;
  readonly set: (part: Partial<SilenceDraft>) => void;
}

const MINUTES: Readonly<Record<Exclude<Length, 'custom'>, number>> = {
  '1h': 60,
  '4h': 240,
  '1d': 1_440,
  '7d': 10_080,
};

/** How long it holds, and whether only at certain times. */
export function WhenFields({ draft, set }: Props) {
  const t = useTranslations('silences.form');
  const quantity = useQuantity();
  const { length, until, recurrence } = draft;
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const setRecurrence = (next: Recurrence | null): void => set({ recurrence: next });
  return (
    <>
      <div className="flex flex-col items-start gap-1">
        <span aria-hidden="true">{t('length')}</span>
        <Segmented
          label={t('length')}
          value={length}
          options={LENGTHS.map((value) => ({
            value,
            label: value === 'custom' ? t('custom') : quantity.minutes(MINUTES[value]),
          }))}
          onChoose={(chosen) => set({ length: chosen })}
        />
        <p className="text-2xs text-muted">{t('untilResolved')}</p>
      </div>
      {length === 'custom' && (
        <label className="flex flex-col gap-1">
          {t('until')}
          <input
            type="datetime-local"
            className="field"
            value={until}
            required
            onChange={(event) => set({ until: event.target.value })}
          />
        </label>
      )}
      <CheckField
        label={t('recurring')}
        checked={recurrence !== null}
        onChange={(isOn) => setRecurrence(isOn ? emptyRecurrence(ownZone) : null)}
      />
      {recurrence !== null && <RecurrenceFields recurrence={recurrence} onChange={setRecurrence} />}
    </>
  );
}
