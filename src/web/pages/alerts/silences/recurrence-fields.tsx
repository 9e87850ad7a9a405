import { useId } from 'react';
import { useTranslations } from 'use-intl';

import { CheckField } from '../../../ui/field.tsx';
import { SuggestField } from '../../../ui/suggest-field.tsx';
import type { Recurrence } from './draft.ts';
import { useWeekdays, WEEKDAYS } from './use-weekdays.ts';

interface Props {
  readonly recurrence: Recurrence;
  readonly onChange: (recurrence: Recurrence) => void;
}

function TimeField(props: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="time"
        className="field tabular-nums"
        value={props.value}
        required
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}

const ZONES = Intl.supportedValuesOf('timeZone');

/** On which days, from when to when, and where the clock stands that says so. */
export function RecurrenceFields({ recurrence, onChange }: Props) {
  const t = useTranslations('silences.form');
  const nameOf = useWeekdays();
  const { weekdays, from, to, timeZone } = recurrence;
  const toggle = (day: number, isOn: boolean): void => {
    const next = isOn ? [...weekdays, day] : weekdays.filter((one) => one !== day);
    onChange({ ...recurrence, weekdays: next.toSorted((a, b) => a - b) });
  };
  return (
    <div className="flex flex-col gap-3 border-s-2 border-line ps-3">
      <fieldset>
        <legend className="mb-1">{t('weekdays')}</legend>
        <div className="flex flex-wrap gap-x-4 gap-y-1.5">
          {WEEKDAYS.map((day) => (
            <CheckField
              key={day}
              label={nameOf(day)}
              checked={weekdays.includes(day)}
              onChange={(isOn) => toggle(day, isOn)}
            />
          ))}
        </div>
      </fieldset>
      <div className="grid grid-cols-2 gap-3">
        <TimeField
          label={t('from')}
          value={from}
          onChange={(next) => onChange({ ...recurrence, from: next })}
        />
        <TimeField
          label={t('to')}
          value={to}
          onChange={(next) => onChange({ ...recurrence, to: next })}
        />
      </div>
      <p className="text-2xs text-muted">{t('toHint')}</p>
      <SuggestField
        label={t('timeZone')}
        value={timeZone}
        suggestions={ZONES}
        required
        onChange={(zone) => onChange({ ...recurrence, timeZone: zone })}
      />
    </div>
  );
}
