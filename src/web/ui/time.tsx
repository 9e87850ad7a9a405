import { useFormat } from '../use-format.ts';

interface Props {
  readonly iso: string;
  /** `moment` leaves the date out when it is today. */
  readonly as?: 'short' | 'clock' | 'ago' | 'moment';
}

const FORMATS = { short: 'timeShort', clock: 'clock', ago: 'ago', moment: 'moment' } as const;

/** A moment; the hover shows date, second and zone. */
export function Time({ iso, as = 'short' }: Props) {
  const format = useFormat();
  return (
    <time dateTime={iso} title={format.timeFull(iso)} className="whitespace-nowrap tabular-nums">
      {format[FORMATS[as]](iso)}
    </time>
  );
}
