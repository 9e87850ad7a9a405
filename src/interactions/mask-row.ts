import type { InteractionSummary } from '../contract/interactions.ts';

/** Replaces personal data and secrets by their kinds; `isCut`: the text may end within a value. */
export type Redact = (text: string, options?: { readonly isCut?: boolean }) => string;

/** Previews have at most 200 characters (src/ingest/preview.ts), one less where that would halve a character. */
const SHORTEST_CUT_PREVIEW = 199;

/** The row with everything masked that callers and models wrote; ids, names of models and figures stay. */
export function maskRow(row: InteractionSummary, redact: Redact): InteractionSummary {
  const preview = (text: string): string =>
    redact(text, { isCut: text.length >= SHORTEST_CUT_PREVIEW });
  return {
    ...row,
    promptPreview: preview(row.promptPreview),
    responsePreview: preview(row.responsePreview),
    userId: row.userId === null ? null : redact(row.userId),
    sessionId: row.sessionId === null ? null : redact(row.sessionId),
    tags: row.tags.map((tag) => redact(tag)),
  };
}
