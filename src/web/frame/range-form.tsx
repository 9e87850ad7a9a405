import { type SubmitEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { TimeRange } from '../time-range.ts';
import { Button } from '../ui/button.tsx';

/** The value that a `datetime-local` field takes: local time without a zone. */
function toLocal(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

interface Props {
  readonly range: TimeRange;
  readonly onChoose: (from: number, to: number) => void;
}

/** Two times of one's own, in the zone of the browser. */
export function RangeForm({ range, onChoose }: Props) {
  const t = useTranslations('range');
  const id = useId();
  const [from, setFrom] = useState(() => toLocal(range.from));
  const [to, setTo] = useState(() => toLocal(range.to));
  const valid = Date.parse(to) > Date.parse(from);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (valid) onChoose(Date.parse(from), Date.parse(to));
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 text-[0.8125rem]">
      <label htmlFor={`${id}from`} className="flex items-center justify-between gap-2">
        {t('from')}
        <input
          id={`${id}from`}
          type="datetime-local"
          className="field w-52"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
      </label>
      <label htmlFor={`${id}to`} className="flex items-center justify-between gap-2">
        {t('to')}
        <input
          id={`${id}to`}
          type="datetime-local"
          className="field w-52"
          value={to}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <p className="text-2xs text-muted">
        {t('zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
      </p>
      <Button type="submit" disabled={!valid}>
        {t('apply')}
      </Button>
    </form>
  );
}
