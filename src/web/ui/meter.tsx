import { classNames } from './class-names.ts';

interface Props {
  readonly label: string;
  /** Used share, 0 to 1; may be more. */
  readonly share: number;
  /** A share of a whole, where much is not bad. */
  readonly isPlain?: boolean;
}

/** From here on a meter warns, and from here on it alarms: the levels of budgets. */
const WARN_FROM = 0.6;
const ALARM_FROM = 0.8;

function toneOf(share: number): string {
  if (share >= ALARM_FROM) return 'text-bad';
  return share >= WARN_FROM ? 'text-warn' : 'text-good';
}

/** How much of an allowance is used: a bar under its words. */
export function Meter({ label, share, isPlain }: Props) {
  const width = Math.max(0, Math.min(1, share)) * 100;
  return (
    <span className="block min-w-28">
      <span className="tabular-nums">{label}</span>
      <span aria-hidden="true" className="mt-1 block h-1.5 rounded-full bg-sunken">
        <svg className="block h-1.5 w-full rounded-full" role="presentation">
          <rect
            width={`${width}%`}
            height="100%"
            rx="3"
            className={classNames('fill-current', isPlain === true ? 'text-accent' : toneOf(share))}
          />
        </svg>
      </span>
    </span>
  );
}
