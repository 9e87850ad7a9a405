import { useId } from 'react';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly suggestions: readonly string[];
  readonly placeholder?: string;
  readonly required?: boolean;
  readonly onChange: (value: string) => void;
}

/** A line of text for which some values are known. */
export function SuggestField({ label, hint, value, suggestions, onChange, ...rest }: Props) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        list={`${id}list`}
        className="field"
        value={value}
        maxLength={256}
        spellCheck={false}
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
      <datalist id={`${id}list`}>
        {suggestions.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      {hint !== undefined && (
        <p id={`${id}hint`} className="text-2xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
