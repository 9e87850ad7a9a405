import { hash } from 'node:crypto';
import { z } from 'zod';
import type { ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { contentHash, evaluatorOf, evaluatorVersionOf, type Rubric } from './rubric.ts';

/** Models change behind their names; and what was judged is not kept here for longer than needed. */
const KEPT_DAYS = 7;

const Drafts = z.array(
  z.object({
    name: z.string(),
    value: z.number(),
    native: z.number().nullable(),
    label: z.string(),
    flagged: z.boolean(),
    reason: z.string().nullable(),
    details: z.record(z.string(), z.unknown()).nullable(),
  }),
);

/** Everything that a verdict depends on. */
export interface Judged {
  readonly projectId: string;
  readonly rubric: Rubric;
  readonly model: string;
  readonly judgedModel: string | null;
  readonly subject: Subject;
  readonly reference: string | null;
}

function keyOf({ rubric, model, judgedModel, subject, reference }: Judged): string {
  const { prompt, instructions, answer, context, callsTools } = subject;
  const swapped = rubric.content.method === 'swap' ? judgedModel : null;
  const texts = [prompt, instructions, answer, context, callsTools, reference];
  return hash('sha256', JSON.stringify(['judge', contentHash(rubric), model, swapped, ...texts]));
}

/** What the judge has said of the same content; null when it was not asked, or too long ago. */
export async function findJudgement(
  db: Queryable,
  judged: Judged,
): Promise<readonly ScoreDraft[] | null> {
  const [row] = await db.query<{ drafts: string }>(
    `select drafts from evaluation_results
     where project_id = $1 and key = decode($2, 'hex') and expires_at > now()`,
    [judged.projectId, keyOf(judged)],
  );
  const parsed = row === undefined ? null : Drafts.safeParse(JSON.parse(row.drafts));
  return parsed?.success === true ? parsed.data : null;
}

/** Keeps what was paid for, on its own: it stays although the scores cannot be written. */
export async function keepJudgement(
  db: Queryable,
  judged: Judged,
  drafts: readonly ScoreDraft[],
): Promise<void> {
  await db.query(
    `insert into evaluation_results
       (project_id, key, evaluator, evaluator_version, drafts, created_at, expires_at)
     values ($1, decode($2, 'hex'), $3, $4, $5, now(), now() + make_interval(days => ${KEPT_DAYS}))
     on conflict (project_id, key) do update
       set drafts = excluded.drafts, created_at = excluded.created_at, expires_at = excluded.expires_at`,
    [
      judged.projectId,
      keyOf(judged),
      evaluatorOf(judged.rubric),
      evaluatorVersionOf(judged.rubric, judged.model),
      jsonText(drafts),
    ],
  );
}
