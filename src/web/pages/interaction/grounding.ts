import type { InteractionDetail, Score } from '../../../contract/interactions.ts';
import { asList, asObject } from '../../json-access.ts';
import { readMarks, type TextMark } from '../../text-marks.ts';

/** A sentence of the answer, and the sentence of a passage that bears it out best. */
export interface SupportedSentence {
  readonly start: number;
  readonly end: number;
  /** In [0, 1]. */
  readonly support: number;
  readonly source: {
    readonly passage: number;
    readonly start: number;
    readonly end: number;
  } | null;
}

export interface GroundingFacts {
  readonly score: Score;
  readonly answer: string;
  readonly sentences: readonly SupportedSentence[];
  /** Numbers, names and negations that differ from the passages. */
  readonly conflicts: readonly TextMark[];
  readonly unsupported: number;
}

const UNSUPPORTED = 0.5;

function asNumber(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function readSentence(value: unknown): SupportedSentence[] {
  const sentence = asObject(value);
  const start = asNumber(sentence['start']);
  const end = asNumber(sentence['end']);
  const support = asNumber(sentence['support']);
  if (start === null || end === null || support === null) return [];
  const passage = asNumber(sentence['passage']);
  const from = asNumber(sentence['passageStart']);
  const to = asNumber(sentence['passageEnd']);
  const isKnown = passage !== null && from !== null && to !== null;
  return [{ start, end, support, source: isKnown ? { passage, start: from, end: to } : null }];
}

/** What the grounding detector says of the answer, sentence by sentence; null when it said nothing. */
export function readGrounding(detail: InteractionDetail): GroundingFacts | null {
  const score = detail.scores.find(
    ({ name, source }) => name === 'grounding' && source === 'detector',
  );
  const answer = detail.responseText;
  if (score === undefined || answer === null) return null;
  const sentences = asList(score.details?.['sentences']).flatMap(readSentence);
  if (sentences.length === 0) return null;
  const conflicts = readMarks(score.details, 'answer').filter(({ kind }) => kind !== 'unsupported');
  const unsupported = sentences.filter(isUnsupported).length;
  return { score, answer, sentences, conflicts, unsupported };
}

export function isUnsupported({ support }: SupportedSentence): boolean {
  return support < UNSUPPORTED;
}
