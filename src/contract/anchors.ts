import { z } from 'zod';
import { Estimate, Id, Time } from './common.ts';

/** A day of an anchor set: the mean of the first criterion's verdicts, by the version of the judge. */
export const AnchorDay = z.object({
  day: z.iso.date(),
  evaluatorVersion: z.string(),
  current: Estimate,
});
export type AnchorDay = z.infer<typeof AnchorDay>;

/** Answers that never change, judged every day by a rubric, so that a drift of the judge is told from one of traffic. */
export const JudgeAnchor = z.object({
  rubric: z.string(),
  datasetId: Id,
  datasetName: z.string(),
  datasetVersion: z.number().int(),
  /** Answers that are judged: at most 200, those of the version that end with an answer or have a reference. */
  items: z.number().int(),
  createdAt: Time,
  createdBy: z.string(),
  judgedAt: Time.nullable(),
  /** Why the last round did not get through: no budget left, the judge does not answer. */
  problem: z.string().nullable(),
  /** The last 30 days, oldest first. */
  days: z.array(AnchorDay),
});
export type JudgeAnchor = z.infer<typeof JudgeAnchor>;

/** `GET /api/v1/judges/anchors`. */
export const JudgeAnchors = z.object({ items: z.array(JudgeAnchor) });

/** `PUT /api/v1/judges/anchors/{rubric}`; without `version` the latest of the dataset, which then stays. */
export const NewJudgeAnchor = z.strictObject({
  datasetId: Id,
  version: z.number().int().min(1).optional(),
});
export type NewJudgeAnchor = z.infer<typeof NewJudgeAnchor>;
