import { InlineSelect } from '../../../ui/inline-fields.tsx';
import { useQuantity } from '../use-quantity.ts';

export const WINDOWS = [5, 15, 30, 60, 180, 360, 720, 1_440, 4_320, 10_080, 43_200];
export const HOLDS = [0, 5, 10, 15, 30, 60, 180];

interface Props {
  readonly label: string;
  readonly value: number;
  readonly choices: readonly number[];
  readonly onChange: (minutes: number) => void;
}

/** A stretch of time inside a sentence; one that is not among the choices is kept. */
export function MinutesChoice({ label, value, choices, onChange }: Props) {
  const quantity = useQuantity();
  const all = [...new Set([...choices, value])].toSorted((a, b) => a - b);
  return (
    <InlineSelect
      label={label}
      value={String(value)}
      options={all.map((minutes) => ({ value: String(minutes), label: quantity.minutes(minutes) }))}
      onChange={(chosen) => onChange(Number(chosen))}
    />
  );
}
