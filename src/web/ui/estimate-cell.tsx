import type { Estimate } from '../../contract/common.ts';
import { useSmallPrint } from './estimate.ts';

interface Props {
  readonly estimate: Estimate;
  readonly show: (value: number | null) => string;
}

/** A number with what it stands on in small print under it. */
export function EstimateCell({ estimate, show }: Props) {
  const print = useSmallPrint();
  return (
    <span className="block">
      <span className="font-medium">{show(estimate.value)}</span>
      <span className="block text-2xs text-muted">{print(estimate, show)}</span>
    </span>
  );
}
