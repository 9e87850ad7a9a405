import type { z } from 'zod';
import { SAFETY_SCORES, type SafetyExamplesPage, type SafetyScore } from '../contract/safety.ts';
import { cutPage, type Place } from '../core/keyset.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';

export interface ExamplesQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly name?: SafetyScore | undefined;
  readonly model?: string | undefined;
  readonly limit: number;
  readonly after: Place | null;
}

/** Hides personal data and secrets in the beginning of a text; `isCut` when the text goes on. */
export type HidePrivate = (text: string, options: { readonly isCut: boolean }) => string;

/** Previews are cut after this many characters. */
const PREVIEW_CHARACTERS = 200;

interface ExampleRow {
  readonly scoreId: string;
  readonly name: SafetyScore;
  readonly value: number;
  readonly label: string | null;
  readonly reason: string | null;
  readonly evaluator: string;
  readonly scoredAt: Date;
  readonly interactionId: string;
  readonly interactionAt: Date;
  readonly model: string | null;
  readonly userId: string | null;
  readonly promptPreview: string;
  readonly responsePreview: string;
}

/** Flagged scores of a range, newest first, with what was said; personal data and secrets are hidden. */
export async function safetyExamples(
  db: Queryable,
  hide: HidePrivate,
  question: ExamplesQuestion,
): Promise<z.input<typeof SafetyExamplesPage>> {
  const { projectId, range, name, model, limit, after } = question;
  const rows = await db.query<ExampleRow>(
    `select s.id as "scoreId", s.name, s.value, s.label, s.reason, s.evaluator, s.created_at as "scoredAt",
            i.id as "interactionId", i.created_at as "interactionAt", i.model, i.user_id as "userId",
            i.prompt_preview as "promptPreview", i.response_preview as "responsePreview"
     from (
       select * from scores
       where project_id = $1 and flagged and created_at >= $2 and created_at < $3
         and name = any($4::text[]) and source <> 'human' and ($5::text is null or model = $5)
         and ($6::timestamptz is null or (created_at, id) < ($6, $7::uuid))
       order by created_at desc, id desc limit $8
     ) s
     join interactions i on i.created_at = s.interaction_created_at and i.id = s.interaction_id
     order by s.created_at desc, s.id desc`,
    [
      projectId,
      range.from,
      range.to,
      name === undefined ? [...SAFETY_SCORES] : [name],
      model ?? null,
      after?.at ?? null,
      after?.id ?? null,
      limit + 1,
    ],
  );
  const page = cutPage(rows, limit, ({ scoredAt, scoreId }) => ({ at: scoredAt, id: scoreId }));
  const hidden = (text: string): string => hide(text, { isCut: text.length >= PREVIEW_CHARACTERS });
  return {
    ...page,
    items: page.items.map((row) => ({
      ...row,
      scoredAt: row.scoredAt.toISOString(),
      interactionAt: row.interactionAt.toISOString(),
      promptPreview: hidden(row.promptPreview),
      responsePreview: hidden(row.responsePreview),
    })),
  };
}
