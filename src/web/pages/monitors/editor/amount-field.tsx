import { InlineNumber } from '../../../ui/inline-fields.tsx';
import type { Unit } from '../metric-facts.ts';

/** How amounts of a unit are typed: shares in percent, the others as they are. */
const TYPED: Readonly<Record<Unit, { readonly times: number; readonly suffix?: string }>> = {
  share: { times: 100, suffix: '%' },
  score: { times: 1 },
  ms: { times: 1, suffix: 'ms' },
  seconds: { times: 1, suffix: 's' },
  usd: { times: 1, suffix: 'USD' },
  tokens: { times: 1 },
  calls: { times: 1 },
  records: { times: 1 },
};

interface Props {
  readonly label: string;
  readonly unit: Unit;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly placeholder?: string;
  /** Of a difference of shares: points, which are no percent of anything. */
  readonly suffix?: string;
}

/** An amount of a metric's unit inside a sentence. */
export function AmountField({ unit, suffix, ...rest }: Props) {
  const typed = TYPED[unit];
  const shown = suffix ?? typed.suffix;
  return (
    <InlineNumber
      {...rest}
      min={0}
      times={typed.times}
      {...(shown === undefined ? {} : { suffix: shown })}
    />
  );
}
