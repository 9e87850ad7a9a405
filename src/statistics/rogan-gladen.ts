import { NORMAL_95 } from './student-t.ts';

/** Successes among n. */
export interface Share {
  readonly hits: number;
  readonly n: number;
}

export interface CorrectedRate {
  /** Within 0 and 1; null when the judge is no better than chance or something was not observed. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** What the judge says, uncorrected. */
  readonly naive: number | null;
  /** Before it was cut to [0, 1]. */
  readonly raw: number | null;
  /** The raw value lay outside [0, 1]: judge and labels do not go together, or there are few labels. */
  readonly clamped: boolean;
  /** Sensitivity + specificity − 1; below about 0.3 a correction says little. */
  readonly youden: number | null;
}

/**
 * The true rate of good answers behind what a judge with known errors says, with a 95 % interval that includes how
 * uncertain the errors are. `judged`: answers that the judge calls good; `sensitivity`: good answers that it called
 * good; `specificity`: bad answers that it called bad. Assumes simple random samples and that the judge errs on these
 * answers as it did on the labelled ones.
 * Source: Rogan, Gladen 1978, American Journal of Epidemiology 107(1); interval: Lang, Reiczigel 2014,
 * Preventive Veterinary Medicine 113(1).
 */
export function correctedRate(
  judged: Share,
  { sensitivity, specificity }: { readonly sensitivity: Share; readonly specificity: Share },
): CorrectedRate {
  const naive = judged.n > 0 ? judged.hits / judged.n : null;
  if (naive === null || sensitivity.n === 0 || specificity.n === 0) {
    return { ...NOTHING, naive };
  }
  const right = sensitivity.hits / sensitivity.n;
  const wrong = specificity.hits / specificity.n;
  const youden = right + wrong - 1;
  if (!(youden > 0)) return { ...NOTHING, naive, youden };
  const raw = (naive + wrong - 1) / youden;
  const value = cut(raw);
  return {
    value,
    ...around(value, { naive, judged }, { sensitivity, specificity }),
    naive,
    raw,
    clamped: raw < 0 || raw > 1,
    youden,
  };
}

const NOTHING: CorrectedRate = {
  value: null,
  low: null,
  high: null,
  naive: null,
  raw: null,
  clamped: false,
  youden: null,
};

function around(
  value: number,
  { naive, judged }: { readonly naive: number; readonly judged: Share },
  { sensitivity, specificity }: { readonly sensitivity: Share; readonly specificity: Share },
): { low: number | null; high: number | null } {
  const z2 = NORMAL_95 * NORMAL_95;
  const n = judged.n + z2;
  const p = (judged.n * naive + z2 / 2) / n;
  const nSens = sensitivity.n + 2;
  const sens = (sensitivity.hits + 1) / nSens;
  const nSpec = specificity.n + 2;
  const spec = (specificity.hits + 1) / nSpec;
  const youden = sens + spec - 1;
  if (!(youden > 0)) return { low: 0, high: 1 };
  const rate = (p + spec - 1) / youden;
  const ofSens = (sens * (1 - sens)) / nSens;
  const ofSpec = (spec * (1 - spec)) / nSpec;
  const shift = 2 * z2 * (rate * ofSens - (1 - rate) * ofSpec);
  const variance = (p * (1 - p)) / n + rate * rate * ofSens + (1 - rate) * (1 - rate) * ofSpec;
  const half = (NORMAL_95 * Math.sqrt(variance)) / youden;
  return {
    low: Math.min(value, cut(rate + shift - half)),
    high: Math.max(value, cut(rate + shift + half)),
  };
}

function cut(value: number): number {
  return Math.min(1, Math.max(0, value));
}
