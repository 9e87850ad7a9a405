import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

interface Props<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { value: Value; label: ReactNode; lang?: string }[];
  readonly onChoose: (value: Value) => void;
}

/** A few choices beside each other, one of them pressed. */
export function Segmented<Value extends string>({ label, value, options, onChoose }: Props<Value>) {
  return (
    <fieldset
      aria-label={label}
      className="inline-flex flex-wrap gap-0.5 rounded-md bg-sunken p-0.5"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          lang={option.lang}
          aria-pressed={option.value === value}
          onClick={() => onChoose(option.value)}
          className={classNames(
            'h-7 rounded-[5px] px-2.5 text-xs font-medium whitespace-nowrap',
            option.value === value ? 'bg-raised text-ink shadow-sm' : 'text-muted hover:text-ink',
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}
