import { asList, asObject, asText } from './json-access.ts';

/** A part of a text that something is said about. `end` is behind the last character. */
export interface TextMark {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly note: string | null;
}

/** A piece of a text with the marks that cover it. */
export interface Piece {
  readonly start: number;
  readonly text: string;
  readonly marks: readonly TextMark[];
}

function asPlace(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

/** The spans of a score about one text (`field`, and which of several). Anything else in the details is passed over. */
export function readMarks(
  details: Readonly<Record<string, unknown>> | null,
  field: 'prompt' | 'answer' | 'context' | 'tool_result',
  index = 0,
): readonly TextMark[] {
  return asList(details?.['spans']).flatMap((value): TextMark[] => {
    const span = asObject(value);
    const start = asPlace(span['start']);
    const end = asPlace(span['end']);
    const isHere = span['field'] === field && (asPlace(span['index']) ?? 0) === index;
    if (!isHere || start === null || end === null || end <= start) return [];
    return [{ start, end, kind: asText(span['kind']) ?? '', note: asText(span['note']) }];
  });
}

/** The text cut at every beginning and end of a mark; the pieces together are the text. */
export function cutAtMarks(text: string, marks: readonly TextMark[]): readonly Piece[] {
  const inside = marks.filter(({ start, end }) => start < end && start < text.length);
  const places = inside.flatMap(({ start, end }) => [start, Math.min(end, text.length)]);
  const cuts = [...new Set([0, ...places, text.length])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, at) => {
    const end = cuts[at + 1] ?? text.length;
    return {
      start,
      text: text.slice(start, end),
      marks: inside.filter((mark) => mark.start <= start && mark.end >= end),
    };
  });
}
