import type { InteractionSummary } from '../contract/interactions.ts';
import type { Queryable } from '../store/database.ts';
import { scoresOfPage } from './find.ts';
import { type ListQuestion, listInteractions } from './list.ts';
import { maskRow, type Redact } from './mask-row.ts';
import { presentInteraction, presentScore } from './present.ts';

type ExportFormat = 'jsonl' | 'csv';

/** An export ends here; a shorter range gives the rest. */
export const MAX_EXPORT_ROWS = 100_000;
const PAGE_ROWS = 200;

export interface ExportQuestion extends Omit<ListQuestion, 'limit' | 'cursor'> {
  readonly format: ExportFormat;
  /** Null: as it was recorded. */
  readonly redact: Redact | null;
}

type Cell = string | number | boolean | null;

const COLUMNS: Readonly<Record<string, (row: InteractionSummary) => Cell>> = {
  id: (row) => row.id,
  createdAt: (row) => row.createdAt,
  origin: (row) => row.origin,
  provider: (row) => row.provider,
  model: (row) => row.model,
  operation: (row) => row.operation,
  status: (row) => row.status,
  errorType: (row) => row.errorType,
  httpStatus: (row) => row.httpStatus,
  userId: (row) => row.userId,
  sessionId: (row) => row.sessionId,
  tags: (row) => row.tags.join(' '),
  inputTokens: (row) => row.usage.input,
  outputTokens: (row) => row.usage.output,
  costUsd: (row) => row.costUsd,
  latencyMs: (row) => row.latencyMs,
  firstTokenMs: (row) => row.firstTokenMs,
  overallScore: (row) => row.scores.find(({ name }) => name === 'overall')?.value ?? null,
  prompt: (row) => row.promptPreview,
  response: (row) => row.responsePreview,
};

/**
 * The matching interactions as text, newest first, piece by piece: JSON lines as the list shows them, or CSV
 * (RFC 4180) with a line of names, personal data masked where asked. Ends after 100,000 rows.
 */
export async function* exportInteractions(
  database: Queryable,
  question: ExportQuestion,
  monotonic: () => number,
): AsyncGenerator<string> {
  const line = question.format === 'csv' ? csvLine : jsonLine;
  if (question.format === 'csv') yield `${Object.keys(COLUMNS).join(',')}\r\n`;
  let cursor: string | undefined;
  for (let rows = 0; rows < MAX_EXPORT_ROWS; ) {
    const asked = { ...question, limit: PAGE_ROWS, cursor };
    const page = await listInteractions(database, asked, monotonic);
    const scores = await scoresOfPage(database, page.rows);
    const lines = page.rows.map((row) => {
      const shown = {
        ...presentInteraction(row),
        scores: (scores.get(row.id) ?? []).map(presentScore),
      };
      return line(question.redact === null ? shown : maskRow(shown, question.redact));
    });
    if (lines.length > 0) yield lines.join('');
    if (page.nextCursor === null) return;
    rows += page.rows.length;
    cursor = page.nextCursor;
  }
}

function jsonLine(row: InteractionSummary): string {
  return `${JSON.stringify(row)}\n`;
}

function csvLine(row: InteractionSummary): string {
  return `${Object.values(COLUMNS)
    .map((column) => csvCell(column(row)))
    .join(',')}\r\n`;
}

// Spreadsheets run cells that begin like a formula, so text that does gets an apostrophe.
const FORMULA = /^[=+\-@\t\r]/;

/** One cell of CSV (RFC 4180), harmless for spreadsheets. */
export function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
