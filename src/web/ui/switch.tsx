import { classNames } from './class-names.ts';

interface Props {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** On or off, and it holds at once. */
export function Switch({ label, checked, disabled, onChange }: Props) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={() => onChange(!checked)}
      className="inline-flex h-6 w-9 items-center disabled:opacity-55"
    >
      <span
        aria-hidden="true"
        className={classNames(
          'flex h-5 w-9 items-center rounded-full border px-0.5',
          checked ? 'justify-end border-accent-fill bg-accent-fill' : 'border-edge bg-sunken',
        )}
      >
        <span className={classNames('size-3.5 rounded-full', checked ? 'bg-[#fff]' : 'bg-edge')} />
      </span>
    </button>
  );
}
