import { type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
}

interface ShellProps extends FieldProps {
  readonly id: string;
  readonly children: ReactNode;
}

function FieldShell({ id, label, hint, children }: ShellProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id}>{label}</label>
      {children}
      {hint !== undefined && (
        <p id={`${id}hint`} className="text-2xs text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

interface TextProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'url';
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

/** One line of text. Secrets are never filled in by the browser. */
export function TextField({ label, hint, value, onChange, type = 'text', ...rest }: TextProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint}>
      <input
        id={id}
        type={type}
        className="field"
        value={value}
        autoComplete={type === 'password' ? 'new-password' : 'off'}
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
    </FieldShell>
  );
}

interface AreaProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
  readonly required?: boolean;
  readonly placeholder?: string;
}

/** Several lines of text. */
export function AreaField({ label, hint, value, onChange, rows = 6, ...rest }: AreaProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint}>
      <textarea
        id={id}
        rows={rows}
        className="field h-auto py-1.5 font-mono text-xs"
        value={value}
        spellCheck={false}
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        onChange={(event) => onChange(event.target.value)}
        {...rest}
      />
    </FieldShell>
  );
}

interface NumberProps extends FieldProps {
  /** Null: nothing is entered. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  readonly required?: boolean;
  readonly placeholder?: string;
}

/** A number; an empty field is no number, which is not 0. */
export function NumberField({ label, hint, value, onChange, ...rest }: NumberProps) {
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint}>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        className="field tabular-nums"
        value={value ?? ''}
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
        onChange={(event) =>
          onChange(event.target.value === '' ? null : event.target.valueAsNumber)
        }
        {...rest}
      />
    </FieldShell>
  );
}

interface SelectProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few; the browser's own list, which works on every device. */
export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, value, options, onChange } = props;
  const id = useId();
  return (
    <FieldShell id={id} label={label} hint={hint}>
      <select
        id={id}
        className="field"
        value={value}
        aria-describedby={hint === undefined ? undefined : `${id}hint`}
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
    </FieldShell>
  );
}

interface CheckProps extends FieldProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** Yes or no. */
export function CheckField({ label, hint, checked, onChange, disabled }: CheckProps) {
  return (
    <label className="flex items-start gap-2">
      <input
        type="checkbox"
        className="mt-0.5 accent-accent-fill"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        {label}
        {hint !== undefined && <span className="block text-2xs text-muted">{hint}</span>}
      </span>
    </label>
  );
}
