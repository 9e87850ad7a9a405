import { useState } from 'react';

const LOOK = 'field mx-0.5 my-0.5 inline-block h-7 max-w-full px-1.5 align-middle font-medium';

interface SelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** A choice inside a sentence. */
export function InlineSelect<Value extends string>(props: SelectProps<Value>) {
  const { label, value, options, onChange } = props;
  return (
    <select
      aria-label={label}
      title={label}
      className={LOOK}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

interface NumberProps {
  readonly label: string;
  /** NaN: nothing is entered. */
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** What is typed is so many times the value: 100 for percent. */
  readonly times?: number;
  readonly suffix?: string;
  readonly placeholder?: string;
  readonly min?: number;
  readonly max?: number;
}

const DIGITS = 10;

/** Without the small errors of calculating with fractions. */
function plain(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** A number inside a sentence; an empty field is NaN. */
export function InlineNumber(props: NumberProps) {
  const { label, value, onChange, times = 1, suffix, placeholder, min, max } = props;
  const shown = Number.isNaN(value) ? '' : String(plain(value * times));
  // What is being typed stays as it is while it means the same number: "0." must not become "0".
  const [typed, setTyped] = useState(shown);
  const text = typed !== '' && Number(typed) === plain(value * times) ? typed : shown;
  return (
    <span className="whitespace-nowrap">
      <input
        type="number"
        inputMode="decimal"
        step="any"
        aria-label={label}
        title={label}
        placeholder={placeholder}
        min={min}
        max={max}
        className={`${LOOK} w-20 tabular-nums placeholder:font-normal placeholder:text-muted ${
          shown === '' && placeholder === undefined ? 'border-bad' : ''
        }`}
        value={text}
        onChange={(event) => {
          setTyped(event.target.value);
          const { valueAsNumber } = event.target;
          onChange(Number.isNaN(valueAsNumber) ? valueAsNumber : plain(valueAsNumber / times));
        }}
      />
      {suffix !== undefined && <span className="mx-0.5">{suffix}</span>}
    </span>
  );
}
