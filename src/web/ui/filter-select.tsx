const ANY = '';

interface Props<Value extends string> {
  readonly label: string;
  /** Undefined: any. */
  readonly value: Value | undefined;
  readonly any: string;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value | undefined) => void;
}

/** One filter of a list, where any is a choice too. */
export function FilterSelect<Value extends string>(props: Props<Value>) {
  const { label, value, any, options, onChange } = props;
  return (
    <select
      aria-label={label}
      className="field max-w-48"
      value={value ?? ANY}
      onChange={(event) =>
        onChange(options.find((option) => option.value === event.target.value)?.value)
      }
    >
      <option value={ANY}>
        {label}: {any}
      </option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
