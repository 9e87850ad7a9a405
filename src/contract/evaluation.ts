import { z } from 'zod';
import { Time } from './common.ts';

/** `GET /api/v1/evaluation/status`; L's `/scheduler/status` is made from the same facts. */
export const EvaluationStatus = z.object({
  enabled: z.boolean(),
  intervalMinutes: z.number(),
  batchSize: z.number().int(),
  judgeType: z.enum(['rule', 'llm']),
  nextRunAt: Time.nullable(),
  lastRunAt: Time.nullable(),
  totalRuns: z.number().int(),
  pending: z.number().int(),
  setAside: z.number().int(),
  lastRun: z
    .object({
      evaluated: z.number().int(),
      failed: z.number().int(),
      averageScore: z.number().nullable(),
      lowQuality: z.number().int(),
    })
    .nullable(),
  evaluators: z.array(
    z.object({ id: z.string(), title: z.string(), version: z.string(), kind: z.string() }),
  ),
});
export type EvaluationStatus = z.infer<typeof EvaluationStatus>;

/** An interaction that could not be evaluated after all retries. */
export const SetAside = z.object({
  interactionId: z.uuid(),
  createdAt: Time,
  attempts: z.number().int(),
  reason: z.string(),
  setAsideAt: Time,
});

/** `POST /api/v1/evaluation/runs`: scores what is due now. */
export const RunReply = z.object({
  evaluated: z.number().int(),
  failed: z.number().int(),
  averageScore: z.number().nullable(),
});
