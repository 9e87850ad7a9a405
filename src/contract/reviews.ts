import { z } from 'zod';
import { Id, PageQuery, ProjectQuery, page, RangeQuery, Time } from './common.ts';
import { InteractionDetail, Score } from './interactions.ts';

/** Pass or fail; bad, so-so, good; one to five stars. */
export const ReviewScale = z.enum(['binary', 'three', 'five']);
export type ReviewScale = z.infer<typeof ReviewScale>;

/**
 * How items are picked: the newest that fit; a random sample; where labels narrow the interval of the corrected mean
 * most; where evaluator and people disagree.
 */
export const ReviewMode = z.enum(['newest', 'random', 'narrow', 'disagreement']);
export type ReviewMode = z.infer<typeof ReviewMode>;

const ScoreName = z.string().min(1).max(64);
const EvaluatorId = z.string().min(1).max(128);

/** Which interactions; without `from` those of the last 30 days, at most 400 days. */
export const ReviewFilter = z.strictObject({
  from: Time.optional(),
  to: Time.optional(),
  model: z.string().max(256).optional(),
  user: z.string().max(256).optional(),
  tag: z.string().max(128).optional(),
  /** Of the queue's score by its evaluator (or any): at or above, below. */
  minValue: z.number().min(0).max(1).optional(),
  maxValue: z.number().min(0).max(1).optional(),
  /** With a flagged score of any evaluator. */
  flagged: z.boolean().optional(),
  /** The queue's score lies between 0.35 and 0.65, or its evaluator says that it is not clear. */
  unclear: z.boolean().optional(),
  /** Nobody has labelled it by the queue's score yet. */
  unreviewed: z.boolean().optional(),
});
export type ReviewFilter = z.infer<typeof ReviewFilter>;

export const NewReviewQueue = z.strictObject({
  name: z.string().min(1).max(120),
  /** Shown to everybody who reviews: what is good, what is bad. */
  instructions: z.string().max(4000).default(''),
  scoreName: ScoreName,
  /** Whose scores are compared with people's; needed for `narrow` and `disagreement`. */
  evaluator: EvaluatorId.nullable().default(null),
  scale: ReviewScale.default('binary'),
  mode: ReviewMode.default('random'),
  filter: ReviewFilter.default({}),
  size: z.number().int().min(1).max(5000).default(100),
  /** Hides the scores of others until one's own is given. */
  blind: z.boolean().default(true),
  /** How many people judge each item. */
  people: z.number().int().min(1).max(10).default(1),
});

const Progress = z.object({
  items: z.number().int(),
  /** Judged by as many people as are asked for. */
  done: z.number().int(),
  /** Verdicts of the one who asks, skipped ones included. */
  mine: z.number().int(),
});

export const ReviewQueue = z.object({
  id: Id,
  name: z.string(),
  instructions: z.string(),
  scoreName: z.string(),
  evaluator: z.string().nullable(),
  scale: ReviewScale,
  mode: ReviewMode,
  filter: ReviewFilter,
  blind: z.boolean(),
  people: z.number().int(),
  status: z.enum(['open', 'closed']),
  /** How many interactions the items were picked from. */
  population: z.number().int(),
  /** The items are a probability sample of everything that was judged, so their labels may correct means. */
  representative: z.boolean(),
  createdAt: Time,
  createdBy: z.string(),
  progress: Progress,
});
export type ReviewQueue = z.infer<typeof ReviewQueue>;
export const ReviewQueuePage = page(ReviewQueue);
export const ReviewListQuery = ProjectQuery.extend({
  limit: PageQuery.shape.limit,
  cursor: Id.optional(),
  /** Whose progress; for programs that speak for several people. */
  reviewer: z.string().max(256).optional(),
});
export const ReviewQueueChange = z.strictObject({
  name: z.string().min(1).max(120).optional(),
  instructions: z.string().max(4000).optional(),
  status: z.enum(['open', 'closed']).optional(),
});

/** Who judges, for programs that speak for several people; a signed-in person is always themselves. */
const reviewer = z.string().min(1).max(256).optional();
export const ReviewerQuery = ProjectQuery.extend({ reviewer });

export const ReviewVerdict = z.enum(['label', 'not_sure', 'skip']);
export const ReviewLabel = z.object({
  verdict: ReviewVerdict,
  /** On the queue's scale: 0 or 1, 1 to 3, 1 to 5; null without a verdict. */
  native: z.number().nullable(),
  note: z.string().nullable(),
  reviewer: z.string(),
  createdAt: Time,
});
export type ReviewLabel = z.infer<typeof ReviewLabel>;

/** `POST …/label`. A note may come with every verdict. */
export const NewReviewLabel = z
  .strictObject({
    verdict: ReviewVerdict,
    native: z.number().int().min(0).max(5).optional(),
    note: z.string().max(4000).optional(),
    reviewer,
  })
  .refine(({ verdict, native }) => (verdict === 'label') === (native !== undefined), {
    error: 'native goes with the verdict "label" and with no other',
  });

/** `POST …/claim`: the next item for this person; `after` goes on behind an item and leaves it for later. */
export const ReviewClaim = z.strictObject({
  after: z.number().int().min(0).optional(),
  reviewer,
});

/** One item. `others` are null as long as they are hidden. */
export const ReviewItem = z.object({
  queueId: Id,
  place: z.number().int(),
  interaction: InteractionDetail,
  /** One's own verdict; null before it is given. */
  label: ReviewLabel.nullable(),
  others: z.object({ scores: z.array(Score), labels: z.array(ReviewLabel) }).nullable(),
  /** Null where it was not picked by chance from everything that was judged. */
  samplingProbability: z.number().nullable(),
  claimedUntil: Time.nullable(),
});
export type ReviewItem = z.infer<typeof ReviewItem>;
/** `item` is null when nothing is left for this person. */
export const ReviewClaimReply = z.object({ item: ReviewItem.nullable(), progress: Progress });
export type ReviewClaimReply = z.infer<typeof ReviewClaimReply>;
export const ReviewLabelReply = z.object({ item: ReviewItem, progress: Progress });
export type ReviewLabelReply = z.infer<typeof ReviewLabelReply>;

const interval = {
  value: z.number().nullable(),
  n: z.number().int(),
  low: z.number().nullable(),
  high: z.number().nullable(),
};

/** `GET …/agreement`: −1 to 1, 1 is full agreement, 0 is chance. */
export const ReviewAgreement = z.object({
  /** Krippendorff's alpha between people, over items that several have judged. */
  people: z.object(interval),
  /** Cohen's kappa between the people (their mean) and each evaluator that judged by the same score, pass or fail. */
  evaluators: z.array(
    z.object({
      evaluator: z.string(),
      evaluatorVersion: z.string(),
      kappa: z.object(interval),
      agreement: z.object(interval),
    }),
  ),
});
export type ReviewAgreement = z.infer<typeof ReviewAgreement>;

/** `GET /api/v1/reviews/plan`: how far k labels would narrow the corrected mean of a score. */
export const ReviewPlanQuery = RangeQuery.extend({
  scoreName: ScoreName,
  evaluator: EvaluatorId,
  labels: z.coerce.number().int().min(1).max(5000).default(50),
});
export const ReviewPlan = z.object({
  judged: z.number().int(),
  labelled: z.number().int(),
  /** Width of the 95 % interval, 0 to 1; null with fewer labels than an interval needs. */
  widthNow: z.number().nullable(),
  widthAfter: z.number().nullable(),
  /** What as many labels picked at random would give. */
  widthRandom: z.number().nullable(),
  strata: z.array(
    z.object({
      /** Scores from here to there, the upper end excluded but for 1. */
      from: z.number(),
      to: z.number(),
      judged: z.number().int(),
      labelled: z.number().int(),
      asked: z.number().int(),
    }),
  ),
});
export type ReviewPlan = z.infer<typeof ReviewPlan>;
