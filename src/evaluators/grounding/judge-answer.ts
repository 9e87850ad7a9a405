import { type Sentence, sentencesOf } from '../text/sentences.ts';
import { admitsIgnorance } from '../text/uncertainty.ts';
import type { JudgedSentence } from './features.ts';
import { findConflicts } from './find-conflicts.ts';
import { matchSentence, type SentenceMatch } from './match-sentence.ts';
import { Passages } from './passages.ts';

/** Sentences that tell less than this assert nothing ("Sure!"). */
const MIN_WEIGHT = 0.5;
const PLEASANTRY =
  /^(?:hi|hello|hey|sure(?: thing)?|thanks|thank you|certainly|absolutely|of course|ok|okay|yes|no|you['’]re welcome|great question|네|예|아니요|안녕하세요|はい|いいえ|こんにちは|好的|是的|你好)[\s\p{P}]*$/iu;
/** "Here is what I found:" */
const LONGEST_FRAME = 12;

/** "I am not sure, but it opened in 1931." claims something. */
const ALL_THE_SAME =
  /\b(?:but|however|although|though)\b|[.!?](?=\s)|지만|ですが|ますが|ませんが|但是|不过|但/giu;
const SHORTEST_CLAIM = 8;
/** Said before a refusal, and about nothing. */
const APOLOGY =
  /^\s*(?:(?:i['’]m|i am|we['’]re|we are) (?:so |very |really )?(?:sorry|afraid)|sorry|(?:my |our )?apolog\w*|죄송|미안|申し訳|すみません|抱歉|对不起|對不起)[^\d]{0,24}$/iu;

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
  for (const sentence of sentencesOf(answer)) {
    if (sentence.isCode) continue;
    const claims = claimsOf(answer, sentence);
    if (claims === null) admissions += 1;
    for (const claim of claims ?? []) {
      const match = matchSentence(answer, claim, passages);
      if (match.weight < MIN_WEIGHT || frames(answer, match)) continue;
      const conflicts = findConflicts(match, { answer, passages: texts }, passages);
      sentences.push({ match, conflicts });
    }
  }
  return { sentences, passages, admissions };
}

type Stretch = Pick<Sentence, 'start' | 'end'>;

/** A sentence; where it admits not to know something, the clauses that say something else all the same; null for none. */
function claimsOf(answer: string, { start, end }: Stretch): readonly Stretch[] | null {
  if (!admitsIgnorance(answer.slice(start, end))) return [{ start, end }];
  const clauses: Stretch[] = [];
  let from = start;
  for (const { index, 0: word } of answer.slice(start, end).matchAll(ALL_THE_SAME)) {
    clauses.push({ start: from, end: start + index });
    from = start + index + word.length;
  }
  clauses.push({ start: from, end });
  const claims = clauses.filter(
    (clause) => !admitsIgnorance(answer.slice(clause.start, clause.end)),
  );
  const tell = claims.filter(
    (clause) =>
      clause.end - clause.start >= SHORTEST_CLAIM &&
      !APOLOGY.test(answer.slice(clause.start, clause.end)),
  );
  return tell.length === 0 ? null : tell;
}

function frames(answer: string, { start, end, units }: SentenceMatch): boolean {
  const text = answer.slice(start, end);
  return PLEASANTRY.test(text) || (/[:：]$/u.test(text) && units.length <= LONGEST_FRAME);
}
