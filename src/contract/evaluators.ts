import { z } from 'zod';
import { Id, Time } from './common.ts';

const SampleRate = z.number().gt(0).max(1);

/** How an evaluator runs in a project; `revision` 0 was never changed. */
export const EvaluatorSetting = z.object({
  enabled: z.boolean(),
  /** What is missing has the evaluator's own default. */
  options: z.record(z.string(), z.unknown()),
  /** Share of interactions that it looks at; the same ones every time. */
  sampleRate: SampleRate,
  /** False: its scores never flag an interaction. */
  flags: z.boolean(),
  revision: z.number().int(),
  updatedAt: Time.nullable(),
  updatedBy: z.string().nullable(),
});

export const EvaluatorEntry = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  description: z.string(),
  kind: z.enum(['rule', 'detector', 'judge']),
  needs: z.array(z.string()),
  /** JSON Schema of its options. */
  optionsSchema: z.record(z.string(), z.unknown()),
  setting: EvaluatorSetting,
  /** Failures since its setting last changed; null when there are none. */
  errors: z
    .object({
      count: z.number().int(),
      lastError: z.string(),
      lastVersion: z.string(),
      lastInteractionId: Id,
      lastAt: Time,
    })
    .nullable(),
});
export type EvaluatorEntry = z.infer<typeof EvaluatorEntry>;

/** `GET /api/v1/evaluators`: every local evaluator of the program with its setting in the project. */
export const EvaluatorList = z.object({ items: z.array(EvaluatorEntry) });
export type EvaluatorList = z.infer<typeof EvaluatorList>;

/** What is not given stays as it is; `options` are given as a whole. */
export const EvaluatorChange = z.strictObject({
  enabled: z.boolean().optional(),
  options: z
    .record(z.string().max(64), z.unknown())
    .refine(
      (options) => JSON.stringify(options).length <= 100_000,
      'must be at most 100,000 characters',
    )
    .optional(),
  sampleRate: SampleRate.optional(),
  flags: z.boolean().optional(),
});
export type EvaluatorChange = z.infer<typeof EvaluatorChange>;
