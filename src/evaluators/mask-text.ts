/** A place to hide, with the kind of what stands there. */
export interface MaskSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** Kinds whose last characters people know a value by, and that tell nobody else what it is. */
const LAST_KEPT: Readonly<Record<string, number>> = {
  credit_card: 4,
  bank_card: 4,
  bank_account: 2,
  iban: 2,
  phone: 2,
};

/**
 * The text with every span replaced by its kind in brackets: `[email]`, `[credit_card …1111]`. Spans that overlap
 * are hidden together; spans outside the text are ignored. Nothing of a hidden value is left but the last
 * characters of cards, accounts and phone numbers.
 */
export function maskText(text: string, spans: readonly MaskSpan[]): string {
  const ordered = spans
    .map(({ start, end, kind }) => ({
      start: Math.max(0, start),
      end: Math.min(text.length, end),
      kind,
    }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const parts: string[] = [];
  let done = 0;
  for (const { start, end, kind } of ordered) {
    if (end <= done) continue;
    if (start >= done)
      parts.push(text.slice(done, start), replacement(text.slice(start, end), kind));
    done = end;
  }
  return parts.join('') + text.slice(done);
}

function replacement(value: string, kind: string): string {
  const kept = LAST_KEPT[kind] ?? 0;
  const known = value.replace(/[^\p{L}\p{N}]/gu, '');
  return kept === 0 || known.length < 2 * kept + 2
    ? `[${kind}]`
    : `[${kind} …${known.slice(-kept)}]`;
}
