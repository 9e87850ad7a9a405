import { z } from 'zod';
import { Estimate, ProjectQuery, RangeQuery } from './common.ts';

/**
 * The mean score that people would give, from an evaluator's scores of much and people's labels of little
 * (prediction-powered inference with power tuning). `value`, `low` and `high` are null below `nNeeded` labels.
 */
export const CorrectedQuality = z.object({
  method: z.literal('ppi++'),
  scoreName: z.string(),
  evaluator: z.string(),
  /** The evaluator's own mean, and of how many scores; null below `nNeeded` labels. */
  naive: z.number().nullable(),
  nJudged: z.number().int().nullable(),
  nLabelled: z.number().int(),
  nNeeded: z.number().int(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** How far the evaluator is believed, 0 (labels alone) to 1. */
  power: z.number().nullable(),
  labelsAlone: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
});
export type CorrectedQuality = z.infer<typeof CorrectedQuality>;

/** What has to hold before an evaluator may page anybody. */
export const CalibrationBar = z.object({
  /** The lower end of kappa's interval has to reach it. */
  kappa: z.number().min(0).max(1),
  minLabels: z.number().int().min(10).max(100_000),
});
export type CalibrationBar = z.infer<typeof CalibrationBar>;
export const CalibrationBarChange = z.strictObject(CalibrationBar.shape);

/** `below`: enough labels, and kappa may be under the bar. */
export const Standing = z.enum(['meets', 'below', 'not_enough']);
export type Standing = z.infer<typeof Standing>;

/** Good is 0.5 or more by people, and `threshold` or more by the evaluator. */
const Accuracy = z.object({
  n: z.number().int(),
  /** Counted labels: rows are bad and good by people, columns bad and good by the evaluator. */
  confusion: z.array(z.array(z.number().int()).length(2)).length(2),
  sensitivity: Estimate,
  specificity: Estimate,
  agreement: Estimate,
  kappa: Estimate,
});
export type Accuracy = z.infer<typeof Accuracy>;

export const CalibratedEvaluator = Accuracy.extend({
  name: z.string(),
  evaluator: z.string(),
  evaluatorVersion: z.string(),
  threshold: z.number(),
  /** Rates are those of everything that was judged; otherwise of the labelled answers alone. */
  weighted: z.boolean(),
  /** Kappa over five levels, near misses counting less (quadratic weights); null where people used two levels alone. */
  gradedKappa: Estimate.nullable(),
  standing: Standing,
});
export type CalibratedEvaluator = z.infer<typeof CalibratedEvaluator>;

/** Without `from` the labels of the last 90 days, by the time of the interactions. */
export const CalibrationQuery = RangeQuery.extend({
  name: z.string().max(64).optional(),
  evaluator: z.string().max(128).optional(),
});
export const CalibrationReply = z.object({
  bar: CalibrationBar,
  items: z.array(CalibratedEvaluator),
});
export type CalibrationReply = z.infer<typeof CalibrationReply>;

export const CalibrationDetailQuery = RangeQuery.extend({
  name: z.string().min(1).max(64),
  evaluator: z.string().min(1).max(128),
  evaluatorVersion: z.string().max(300).optional(),
  threshold: z.coerce.number().min(0).max(1).default(0.5),
});
export const CalibrationDetail = z.object({
  bar: CalibrationBar,
  evaluator: CalibratedEvaluator,

  byLanguage: z.array(Accuracy.extend({ value: z.string() })),
  byModel: z.array(Accuracy.extend({ value: z.string() })),
  /** What other thresholds would give. */
  curve: z.array(
    z.object({
      threshold: z.number(),
      sensitivity: z.number().nullable(),
      specificity: z.number().nullable(),
      kappa: z.number().nullable(),
    }),
  ),
  /** The rate of good answers in the range, corrected for these errors (Rogan, Gladen). */
  goodRate: z.object({
    naive: z.number().nullable(),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    /** The estimate lay outside 0 to 1 and was cut. */
    clamped: z.boolean(),
    /** Sensitivity + specificity − 1; below 0.3 the correction says little. */
    youden: z.number().nullable(),
    nJudged: z.number().int(),
  }),
  corrected: CorrectedQuality.nullable(),
});
export type CalibrationDetail = z.infer<typeof CalibrationDetail>;

export const CalibrationBarQuery = ProjectQuery;
