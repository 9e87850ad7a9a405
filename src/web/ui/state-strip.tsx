import { classNames } from './class-names.ts';

export interface StripCell {
  readonly key: string;
  /** Said on hover; the strip as a whole is described by its label. */
  readonly title: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
}

const TONES: Record<StripCell['tone'], string> = {
  good: 'fill-good',
  warn: 'fill-warn',
  bad: 'fill-bad',
  unknown: 'fill-edge',
};

const CELL = 4;
const GAP = 1;

/** States over time, oldest first. Colour only repeats what the label and the titles say. */
export function StateStrip({ label, cells }: { label: string; cells: readonly StripCell[] }) {
  const width = Math.max(1, cells.length * (CELL + GAP) - GAP);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} 16`}
      preserveAspectRatio="none"
      className="h-5 w-full max-w-80 min-w-40"
    >
      {cells.map(({ key, title, tone }, at) => (
        <rect
          key={key}
          x={at * (CELL + GAP)}
          width={CELL}
          height={tone === 'unknown' ? 4 : 16}
          y={tone === 'unknown' ? 12 : 0}
          className={classNames(TONES[tone])}
        >
          <title>{title}</title>
        </rect>
      ))}
    </svg>
  );
}
