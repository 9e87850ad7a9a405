import {
  found,
  passed,
  type ScoreDraft,
  type Subject,
  type TextSpan,
} from '../define-evaluator.ts';
import type { Finding, Severity } from './define-pattern.ts';

/** Values are searched in this much of each text; a longer one is told. */
export const SEARCHED_CHARACTERS = 200_000;
/** Spans that a score carries; it counts all of them. */
const MOST_SPANS = 100;
const VALUES: Readonly<Record<Severity, number>> = { high: 0, medium: 0.25, low: 0.9 };

interface Question {
  readonly name: string;
  /** The label of what is flagged. */
  readonly found: string;
  readonly search: (text: string) => readonly Finding[];
}

/**
 * One score about what stands in prompt and answer: 1 nothing, 0.9 `advisory` for values of low severity only,
 * 0.25 and 0 flagged for medium and high. `details` has kinds and fields with counts, and spans; never a value.
 * No score where neither text was recorded.
 */
export function judgeFindings(subject: Subject, question: Question): readonly ScoreDraft[] {
  const { name, search } = question;
  const texts = textsOf(subject);
  if (texts.length === 0) return [];
  const spans = texts.flatMap(({ field, text }) =>
    search(text.slice(0, SEARCHED_CHARACTERS)).map((finding) => ({ field, index: 0, ...finding })),
  );
  const cut = texts.some(({ text }) => text.length > SEARCHED_CHARACTERS);
  const limits = cut ? { searchedCharacters: SEARCHED_CHARACTERS } : null;
  if (spans.length === 0) return [passed(name, limits)];
  const worst = worstOf(spans);
  return [
    found(name, {
      value: VALUES[worst],
      label: worst === 'low' ? 'advisory' : question.found,
      reason: reasonFor(spans),
      flagged: worst !== 'low',
      spans: spans.slice(0, MOST_SPANS),
      details: {
        severity: worst,
        kinds: counted(spans.map(({ kind }) => kind)),
        fields: counted(spans.map(({ field }) => field)),
        ...limits,
      },
    }),
  ];
}

function textsOf({ prompt, answer }: Subject): { field: TextSpan['field']; text: string }[] {
  const texts: { field: TextSpan['field']; text: string }[] = [];
  if (prompt !== null && prompt !== '') texts.push({ field: 'prompt', text: prompt });
  if (answer !== '') texts.push({ field: 'answer', text: answer });
  return texts;
}

function worstOf(spans: readonly Finding[]): Severity {
  if (spans.some(({ severity }) => severity === 'high')) return 'high';
  return spans.some(({ severity }) => severity === 'medium') ? 'medium' : 'low';
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

/** Names kinds and fields; the values themselves stay where they are. */
function reasonFor(spans: readonly (Finding & Pick<TextSpan, 'field'>)[]): string {
  const parts = (['answer', 'prompt'] as const).flatMap((field) => {
    const kinds = spans.filter((span) => span.field === field).map(({ kind }) => readable(kind));
    if (kinds.length === 0) return [];
    const names = Object.entries(counted(kinds)).map(([kind, n]) =>
      n > 1 ? `${kind} (${n})` : kind,
    );
    return [
      `${names.slice(0, 6).join(', ')}${names.length > 6 ? ' and more' : ''} in the ${field}`,
    ];
  });
  return `Found ${parts.join('; ')}.`;
}

function readable(kind: string): string {
  return kind.replaceAll('_', ' ');
}
