import { z } from 'zod';

/** From which risk on a text is called suspicious (advisory) or an attack (alert), both in [0, 1]. */
export interface Thresholds {
  readonly advisory: number;
  readonly alert: number;
}

/** Options of a detector of attacks, with the thresholds that were measured as defaults. */
export function thresholdsFrom(defaults: Thresholds): z.ZodType<Thresholds, unknown> {
  const Risk = z.number().min(0).max(1);
  return z
    .strictObject({
      advisory: Risk.default(defaults.advisory).describe('Risk from which a text is suspicious.'),
      alert: Risk.default(defaults.alert).describe('Risk from which a text is flagged.'),
    })
    .refine(({ advisory, alert }) => advisory <= alert, {
      message: 'advisory must not be above alert',
    });
}

/** The label of a risk in [0, 1]. */
export function labelOf(
  risk: number,
  { advisory, alert }: Thresholds,
): 'ok' | 'advisory' | 'alert' {
  if (risk >= alert) return 'alert';
  return risk >= advisory ? 'advisory' : 'ok';
}
