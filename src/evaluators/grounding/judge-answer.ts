import { sentencesOf } from '../text/sentences.ts';
import { admitsIgnorance } from '../text/uncertainty.ts';
import type { JudgedSentence } from './features.ts';
import { findConflicts } from './find-conflicts.ts';
import { matchSentence } from './match-sentence.ts';
import { Passages } from './passages.ts';

/** Sentences that tell less than this assert nothing ("Sure!"). */
const MIN_WEIGHT = 0.5;
const PLEASANTRY =
  /^(?:hi|hello|hey|sure(?: thing)?|thanks|thank you|certainly|absolutely|of course|ok|okay|yes|no|you['’]re welcome|great question|네|예|아니요|안녕하세요|はい|いいえ|こんにちは|好的|是的|你好)[\s\p{P}]*$/iu;
/** "Here is what I found:" */
const LONGEST_FRAME = 12;

/** The sentences of an answer that assert something, held against the passages. */
export interface JudgedAnswer {
  readonly sentences: readonly JudgedSentence[];
  readonly passages: Passages;
  /** Sentences that say that something is not known. */
  readonly admissions: number;
}

/** Holds an answer against its passages, sentence by sentence; code, greetings and admissions are left out. */
export function judgeAnswer(answer: string, texts: readonly string[]): JudgedAnswer {
  const passages = new Passages(texts);
  const sentences: JudgedSentence[] = [];
  let admissions = 0;
  for (const { start, end, isCode } of sentencesOf(answer)) {
    const text = answer.slice(start, end);
    if (isCode) continue;
    if (admitsIgnorance(text)) {
      admissions += 1;
      continue;
    }
    const match = matchSentence(answer, { start, end }, passages);
    const frames =
      PLEASANTRY.test(text) || (/[:：]$/u.test(text) && match.units.length <= LONGEST_FRAME);
    if (frames || match.weight < MIN_WEIGHT) continue;
    const conflicts = findConflicts(match, { answer, passages: texts }, passages);
    sentences.push({ match, conflicts });
  }
  return { sentences, passages, admissions };
}
