import type { CompareReply } from '../../../contract/analytics.ts';
import type { DifferenceUnit } from '../../ui/difference.ts';
import { DifferenceLine } from '../../ui/difference-line.tsx';

const METRICS = {
  quality: { unit: 'score', good: 'up' },
  flagRate: { unit: 'share', good: 'down' },
  errorRate: { unit: 'share', good: 'down' },
  costPerRequest: { unit: 'usd', good: 'down' },
  p50LatencyMs: { unit: 'duration', good: 'down' },
  p95LatencyMs: { unit: 'duration', good: 'down' },
} as const satisfies Record<string, { unit: DifferenceUnit; good: 'up' | 'down' }>;

interface Props {
  readonly row: CompareReply['models'][number];
  readonly name: keyof typeof METRICS;
  /** Said before the difference where a cell has several. */
  readonly label?: string;
}

/** How a model differs from the one that all are compared with; nothing where none was chosen. */
export function RowDifference({ row, name, label }: Props) {
  if (row.differences === null) return null;
  return (
    <span className="flex justify-end gap-1">
      {label !== undefined && <span className="text-2xs text-muted">{label}</span>}
      <DifferenceLine difference={row.differences[name]} {...METRICS[name]} />
    </span>
  );
}
