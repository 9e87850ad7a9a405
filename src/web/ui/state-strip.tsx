import { classNames } from './class-names.ts';

export interface StripCell {
  readonly key: string;
  /** Said on hover; the strip as a whole is described by its label. */
  readonly title: string;
  /** Something that happened then; drawn as a tick under the strip. */
  readonly mark?: string | null;
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
      viewBox={`0 0 ${width} ${cells.some(({ mark }) => mark != null) ? 20 : 16}`}
      preserveAspectRatio="none"
      className="h-5 w-full max-w-80 min-w-40"
    >
      {cells.map(({ key, title, mark, tone }, at) => (
        <g key={key}>
          <rect
            x={at * (CELL + GAP)}
            width={CELL}
            height={tone === 'unknown' ? 4 : 16}
            y={tone === 'unknown' ? 12 : 0}
            className={classNames(TONES[tone])}
          >
            <title>{mark == null ? title : `${title}. ${mark}`}</title>
          </rect>
          {mark != null && (
            <rect x={at * (CELL + GAP)} y={17} width={CELL} height={3} className="fill-warn">
              <title>{mark}</title>
            </rect>
          )}
        </g>
      ))}
    </svg>
  );
}
