import { classNames } from '../ui/class-names.ts';

export interface HistogramBin {
  /** What the bar counts, such as “0.2 to 0.3”. */
  readonly label: string;
  readonly count: number;
}

interface Props {
  readonly bins: readonly HistogramBin[];
  readonly label: string;
  readonly show: (count: number) => string;
  readonly className?: string;
}

/** A small distribution made of boxes: cheap enough for every row of a table. */
export function HistogramBars({ bins, label, show, className = 'h-10 w-32' }: Props) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return (
    <div
      role="img"
      aria-label={label}
      className={classNames('flex items-end gap-px border-b border-line', className)}
    >
      {bins.map((bin) => (
        <div
          key={bin.label}
          title={`${bin.label}: ${show(bin.count)}`}
          className="flex h-full max-w-3 min-w-px grow items-end hover:bg-hover"
        >
          <div
            className={classNames('w-full rounded-t-[1px]', bin.count > 0 && 'bg-accent')}
            style={{ height: bin.count === 0 ? 0 : `${Math.max(4, (bin.count / most) * 100)}%` }}
          />
        </div>
      ))}
    </div>
  );
}
