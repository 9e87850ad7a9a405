import { useFormat } from '../use-format.ts';

/** A moment; the hover shows date, second and zone. */
export function Time({ iso, as = 'short' }: { iso: string; as?: 'short' | 'clock' | 'ago' }) {
  const format = useFormat();
  const text =
    as === 'ago' ? format.ago(iso) : as === 'clock' ? format.clock(iso) : format.timeShort(iso);
  return (
    <time dateTime={iso} title={format.timeFull(iso)} className="whitespace-nowrap tabular-nums">
      {text}
    </time>
  );
}
