import type { Estimate } from '../contract/common.ts';
import type { GateResult } from '../contract/dataset-runs.ts';
import type { ThresholdGate } from './parse-gate.ts';

/** Judges one figure; null: there is none of this name. */
export function judgeFigure(
  figure: Estimate | null,
  gate: ThresholdGate,
  { minItems, known }: { readonly minItems: number; readonly known: readonly string[] },
): GateResult {
  if (figure === null) {
    const names = known.length === 0 ? 'no scores' : known.join(', ');
    const reason = `There is no ${gate.metric}; there is ${names}.`;
    return { gate: gate.text, ...NOTHING, reason };
  }
  const { value, low, high, n } = figure;
  const shown = { gate: gate.text, value, low, high, n };
  const compared = { value, lower: low, upper: high }[gate.part];
  if (n < minItems || compared === null) {
    const reason = `Not enough data: ${n} of ${minItems} items.`;
    return { ...shown, passed: false, outcome: 'not_enough_data', reason };
  }
  const passed = compare(compared, gate);
  const interval =
    low === null || high === null ? '' : ` (95 % interval ${rounded(low)} to ${rounded(high)})`;
  const what = gate.part === 'value' ? gate.metric : `the ${gate.part} end of ${gate.metric}`;
  const reason = `${what} is ${rounded(compared)}${interval}, n = ${n}.`;
  return { ...shown, passed, outcome: passed ? 'passed' : 'failed', reason };
}

const NOTHING = {
  passed: false,
  outcome: 'not_enough_data',
  value: null,
  low: null,
  high: null,
  n: 0,
} as const;

function compare(value: number, { operator, bound }: ThresholdGate): boolean {
  switch (operator) {
    case '>=':
      return value >= bound;
    case '>':
      return value > bound;
    case '<=':
      return value <= bound;
    case '<':
      return value < bound;
  }
}

/** A figure with at most three places after the point. */
export function rounded(value: number): string {
  return String(Number(value.toFixed(3)));
}
