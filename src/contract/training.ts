import { z } from 'zod';
import { InteractionQuery } from './interactions.ts';

/**
 * What is written of recorded calls for training. `sft`: conversations that ended well. `positive`, `negative`: rated
 * answers. `rlhf`: every rated answer with its reward. `dpo`: a good and a bad answer to the same question.
 */
export const TrainingFormat = z.enum(['sft', 'positive', 'negative', 'rlhf', 'dpo']);
export type TrainingFormat = z.infer<typeof TrainingFormat>;

export const TrainingQuery = InteractionQuery.omit({ limit: true, cursor: true }).extend({
  format: TrainingFormat,
  /** For `dpo`: the words of TRL (`prompt`, `chosen`, `rejected`) or of OpenAI. */
  style: z.enum(['trl', 'openai']).default('trl'),
  /** For `sft`: also calls that nobody rated, when this score is at least `minScore`. */
  scoreName: z.string().min(1).max(64).default('overall'),
  minScore: z.coerce.number().min(0).max(1).optional(),
  /** Of several examples with the same content the newest alone. */
  dedupe: z.stringbool().default(true),
  mask: z
    .enum(['pii', 'none'])
    .default('pii')
    .describe(
      '`pii`: personal data and secrets replaced by their kinds; `none` needs scope admin.',
    ),
});
export type TrainingQuery = z.infer<typeof TrainingQuery>;
