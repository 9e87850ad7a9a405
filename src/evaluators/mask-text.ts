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

/** A masked text, and where its parts are now. */
export interface MaskedText {
  readonly text: string;
  /** Where a place of the original is in the masked text; a place within a hidden value is at its beginning. */
  map(place: number): number;
}

/**
 * The text with every span replaced by its kind in brackets: `[email]`, `[credit_card …1111]`. Spans that overlap
 * are hidden together; spans outside the text are ignored. Nothing of a hidden value is left but the last
 * characters of cards, accounts and phone numbers.
 */
export function maskText(text: string, spans: readonly MaskSpan[]): string {
  return maskWithPlaces(text, spans).text;
}

/** Masks like `maskText`, and tells where the places of the original went. */
export function maskWithPlaces(text: string, spans: readonly MaskSpan[]): MaskedText {
  const parts: string[] = [];
  const moves: { start: number; end: number; shift: number }[] = [];
  let done = 0;
  let shift = 0;
  for (const { start, end, kind } of inOrder(text, spans)) {
    if (end <= done) continue;
    const put = start >= done ? replacement(text.slice(start, end), kind) : '';
    if (start >= done) parts.push(text.slice(done, start), put);
    const from = Math.max(start, done);
    moves.push({ start: from, end, shift });
    shift += put.length - (end - from);
    done = end;
  }
  const total = shift;
  return {
    text: parts.join('') + text.slice(done),
    map: (place): number => {
      const next = moves.find(({ end }) => place < end);
      if (next === undefined) return place + total;
      return Math.min(place, next.start) + next.shift;
    },
  };
}

function inOrder(text: string, spans: readonly MaskSpan[]): MaskSpan[] {
  return spans
    .map(({ start, end, kind }) => ({
      start: Math.max(0, start),
      end: Math.min(text.length, end),
      kind,
    }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start || b.end - a.end);
}

function replacement(value: string, kind: string): string {
  const kept = LAST_KEPT[kind] ?? 0;
  const known = value.replace(/[^\p{L}\p{N}]/gu, '');
  return kept === 0 || known.length < 2 * kept + 2
    ? `[${kind}]`
    : `[${kind} …${known.slice(-kept)}]`;
}
