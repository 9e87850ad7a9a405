import type { Subject, TextSpan } from '../define-evaluator.ts';
import type { JudgedSentence } from './features.ts';
import type { Conflict, ConflictKind } from './find-conflicts.ts';
import type { Passages } from './passages.ts';

const MAX_SENTENCES = 60;
const MAX_SPANS = 60;
const UNSUPPORTED = 0.5;
const QUOTED_CHARACTERS = 60;

export interface JudgedSupport {
  readonly answer: string;
  readonly sentences: readonly JudgedSentence[];
  readonly passages: Passages;
  /** For each sentence, in [0, 1]. */
  readonly support: readonly number[];
}

export interface Described {
  readonly reason: string | null;
  readonly spans: readonly TextSpan[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** What people are shown of a verdict: the sentences with their best source, the places that differ, one sentence of reason. */
export function describeGrounding(subject: Subject, judged: JudgedSupport): Described {
  const { sentences, support, passages } = judged;
  const unsupported = support.filter((value) => value < UNSUPPORTED).length;
  const conflicts = sentences.flatMap((sentence) => sentence.conflicts);
  return {
    reason: reasonOf(judged, unsupported, conflicts),
    spans: spansOf(subject, judged).slice(0, MAX_SPANS),
    details: {
      sentences: sentences.slice(0, MAX_SENTENCES).map((sentence, index) => ({
        ...stretchOf(sentence),
        support: round(support[index] ?? 0),
        ...sourceOf(sentence, passages),
      })),
      sentencesJudged: sentences.length,
      sentencesUnsupported: unsupported,
      ...(passages.capped ? { passagesCapped: true } : {}),
    },
  };
}

function stretchOf({ match: { start, end } }: JudgedSentence): { start: number; end: number } {
  return { start, end };
}

/** The passage sentence that holds most of this one; null where none holds anything. */
function sourceOf(
  { match }: JudgedSentence,
  passages: Passages,
): Readonly<Record<'passage' | 'passageStart' | 'passageEnd', number | null>> {
  const source = passages.sentences[match.sources[0]];
  return {
    passage: source?.passage ?? null,
    passageStart: source?.start ?? null,
    passageEnd: source?.end ?? null,
  };
}

const NAMES: Readonly<Record<ConflictKind, string>> = {
  number_mismatch: 'number',
  unit_mismatch: 'unit',
  name_mismatch: 'name',
  negation: 'negation',
  opposite: 'opposite',
};

function reasonOf(
  { answer, sentences }: JudgedSupport,
  unsupported: number,
  conflicts: readonly Conflict[],
): string | null {
  const parts: string[] = [];
  if (unsupported > 0) {
    const which =
      sentences.length === 1
        ? 'The answer is'
        : `Of ${sentences.length} sentences, ${unsupported} ${unsupported === 1 ? 'is' : 'are'}`;
    parts.push(`${which} not borne out by the passages.`);
  }
  const places = conflicts
    .slice(0, 3)
    .map(({ kind, start, end }) => `${NAMES[kind]} "${quote(answer, start, end)}"`);
  if (places.length > 0) parts.push(`Differs from the passages: ${places.join(', ')}.`);
  return parts.length === 0 ? null : parts.join(' ');
}

function spansOf({ context }: Subject, { sentences, support }: JudgedSupport): TextSpan[] {
  return sentences.flatMap((sentence, index) => {
    const spans = sentence.conflicts.flatMap((conflict) => conflictSpans(conflict, context));
    if ((support[index] ?? 1) >= UNSUPPORTED) return spans;
    return [
      {
        field: 'answer',
        index: 0,
        ...stretchOf(sentence),
        kind: 'unsupported',
        severity: 'medium',
      },
      ...spans,
    ];
  });
}

/** The place in the answer and, of the same kind, the place in the passage that it differs from. */
function conflictSpans(
  { kind, start, end, against }: Conflict,
  context: readonly string[],
): TextSpan[] {
  const severity = kind === 'negation' || kind === 'opposite' ? 'low' : 'medium';
  if (against === null) {
    return [{ field: 'answer', index: 0, start, end, kind, severity, note: 'In no passage.' }];
  }
  const says = quote(context[against.passage] ?? '', against.start, against.end);
  const note = `Passage ${against.passage + 1} says: ${says}`;
  return [
    { field: 'answer', index: 0, start, end, kind, severity, note },
    {
      field: 'context',
      index: against.passage,
      start: against.start,
      end: against.end,
      kind,
      severity,
    },
  ];
}

function quote(text: string, start: number, end: number): string {
  const quoted = [...text.slice(start, end)];
  if (quoted.length <= QUOTED_CHARACTERS) return quoted.join('');
  return `${quoted.slice(0, QUOTED_CHARACTERS).join('')}…`;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
