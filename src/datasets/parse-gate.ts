import { AppError } from '../core/errors.ts';

/** `quality>=0.8`, `lower(quality)>=0.8`. */
export interface ThresholdGate {
  readonly kind: 'threshold';
  readonly text: string;
  readonly metric: string;
  /** Which end of the 95 % interval is compared; `value` is the figure itself. */
  readonly part: 'value' | 'lower' | 'upper';
  readonly operator: '>=' | '>' | '<=' | '<';
  readonly bound: number;
}

/** `no-regression vs baseline on quality within 0.05`. */
export interface RegressionGate {
  readonly kind: 'regression';
  readonly text: string;
  readonly metric: string;
  /** A run's id, or `baseline`. */
  readonly against: string;
  /** How much worse is still no regression. */
  readonly margin: number;
}

export type Gate = ThresholdGate | RegressionGate;

/** How much worse a run may be when a gate does not say. */
export const USUAL_MARGIN = 0.05;

const THRESHOLD =
  /^(?:(lower|upper)\(\s*([\w.:@-]{1,64})\s*\)|([\w.:@-]{1,64}))\s*(>=|<=|>|<)\s*(\d{1,9}(?:\.\d{1,9})?)(%?)$/;
const REGRESSION =
  /^no-regression\s+vs\s+([\w-]{1,64})(?:\s+on\s+([\w.:-]{1,64}))?(?:\s+within\s+(\d(?:\.\d{1,9})?))?$/;

/** Reads a gate. Throws `invalid_request` that says how gates are written. */
export function parseGate(given: string): Gate {
  const text = given.trim();
  const [, part, wrapped, plain, operator, bound, percent] = THRESHOLD.exec(text) ?? [];
  const metric = wrapped ?? plain;
  if (metric !== undefined && isOperator(operator)) {
    const number = Number(bound) / (percent === '%' ? 100 : 1);
    const which = part === 'lower' || part === 'upper' ? part : 'value';
    return { kind: 'threshold', text, metric, part: which, operator, bound: number };
  }
  const [, against, on = 'quality', within] = REGRESSION.exec(text) ?? [];
  if (against !== undefined) {
    const margin = within === undefined ? USUAL_MARGIN : Number(within);
    return { kind: 'regression', text, metric: on, against, margin };
  }
  throw new AppError(
    'invalid_request',
    `The gate "${text}" is not understood. Write for example quality>=0.8, lower(exact_match)>=0.9, error_rate<=2% or "no-regression vs baseline on quality within 0.05".`,
    { details: { gate: text } },
  );
}

function isOperator(text: string | undefined): text is ThresholdGate['operator'] {
  return text === '>=' || text === '>' || text === '<=' || text === '<';
}
