import { isNegator } from '../text/negators.ts';
import { polarityOf } from '../text/opposites.ts';
import { scanUnits, type Unit } from '../text/scan-units.ts';
import { sentencesOf } from '../text/sentences.ts';

/** Two parts of a text that say the same with and without a negation. UTF-16 units. */
export interface Contradiction {
  readonly first: { readonly start: number; readonly end: number };
  readonly second: { readonly start: number; readonly end: number };
  /** Words that both share; with few of them only several contradictions together are clear. */
  readonly words: number;
}

/** Clauses farther apart than this are not held against each other. */
const WINDOW = 8;
const SHORTEST_CLAUSE = 2;
const LONGEST_CLAUSE = 14;
const MOST_CHARACTERS = 120;
/** After "no." a sentence is not over for those who split sentences: it may be a number. */
const CLAUSE =
  /[,;:，；、]|(?<=\bno)\.(?=\s)|\b(?:but|however|although|though|despite|yet|while|whereas)\b/giu;
/** What is only supposed, asked, quoted or said of somebody is no statement. */
const NO_STATEMENT =
  /[?？"“”「」『』|<>=_{}[\]#$]|^(?:if|when|whether|unless|either|suppose|imagine|some|others|to|don['’]t|do not|not|never|\d|-|[a-z]\.)\b|^[-*•]|만약|もし|如果|假如|\b(?:if|or|sometimes|can|could|may|might|i|you|we|my|your|he|she|they)\b/iu;
const FILLERS = new Set(
  'a an the be do have will it this that these those there also too definit certain absolut real veri quit just simpli inde fact of to and so still even now then on other hand as well in at of for yes'.split(
    ' ',
  ),
);

/**
 * Parts of a text that contradict each other in so many words, each held against the few before it that share all
 * its words. Linear in the length; `compared` counts the work.
 */
export function findContradictions(text: string): {
  readonly contradictions: readonly Contradiction[];
  readonly compared: number;
} {
  const contradictions: Contradiction[] = [];
  const known = new Map<string, Clause>();
  let compared = 0;
  for (const [index, clause] of clausesOf(text).entries()) {
    compared += 1;
    const before = known.get(clause.words);
    known.set(clause.words, { ...clause, index });
    if (before === undefined || index - before.index > WINDOW) continue;
    if (!deny(before, clause)) continue;
    contradictions.push({ first: before, second: clause, words: clause.count });
  }
  return { contradictions, compared };
}

/** By a "not" that only one has; by an opposite only where both say that something is so. */
function deny(left: Clause, right: Clause): boolean {
  if (left.isNegated === right.isNegated) return false;
  return left.hasNot !== right.hasNot || (left.says && right.says);
}

interface Clause {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** The words that tell, sorted; opposites are the same word. */
  readonly words: string;
  readonly count: number;
  /** An odd number of negations and second halves of opposites. */
  readonly isNegated: boolean;
  readonly hasNot: boolean;
  readonly says: boolean;
}

/** Without one of these nothing is denied, and most answers have none. */
const DENIES =
  /\b(?:not|never|no|cannot|false|wrong|un(?!der|til|i)[a-z]{4,}|im(?:possible|proper)|in(?:correct|effective|valid|accurate|complete|sufficient|active|secure)|closed)\b|n['’]t\b|[不没沒未无無非]|ない|ません|않|없|못/iu;

/** One of them is in every contradiction: a "not" or two clauses that say what something is. */
const HAS_NOT = /\b(?:not|never|cannot)\b|n['’]t\b|[不没沒未无無非]|ない|ません|않|없|못/iu;
const SAYS = /\b(?:is|are|was|were|be)\b|['’]s\b/iu;

function clausesOf(text: string): Clause[] {
  const clauses: Clause[] = [];
  if (!DENIES.test(text)) return clauses;
  const hasNot = HAS_NOT.test(text);
  const add = (clause: { readonly start: number; readonly end: number }): void => {
    if (clause.end - clause.start > MOST_CHARACTERS) return;
    const said = text.slice(clause.start, clause.end);
    if ((hasNot || SAYS.test(said)) && !NO_STATEMENT.test(said.trim()))
      addClause(clauses, text, clause);
  };
  for (const { start, end, isCode } of sentencesOf(text)) {
    if (isCode) continue;
    let from = start;
    for (const cut of text.slice(start, end).matchAll(CLAUSE)) {
      add({ start: from, end: start + cut.index });
      from = start + cut.index + cut[0].length;
    }
    add({ start: from, end });
  }
  return clauses;
}

function addClause(
  clauses: Clause[],
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): void {
  const units = scanUnits(text, start, end);
  if (units.length < SHORTEST_CLAUSE || units.length > LONGEST_CLAUSE) return;
  const sides = units.filter((unit) => !isNegator(unit) && !FILLERS.has(unit.key)).map(sideOf);
  const negations = units.filter(isNegator).length + sides.filter(({ isOther }) => isOther).length;
  const words = [...new Set(sides.map(({ word }) => word))].sort((a, b) => (a < b ? -1 : 1));
  // "It is not." is about what was said before it.
  const own = words.length === 0 ? clauses.at(-1)?.words : words.join(' ');
  if (own === undefined || own === '') return;
  const says = units.some(({ key }) => key === 'be');
  const hasNot = units.some(({ key, kind }) => key === 'not' || key === 'never' || kind === 'gram');
  if (words.length === 0 && !says) return;
  clauses.push({
    index: clauses.length,
    start,
    end,
    words: own,
    count: words.length,
    isNegated: negations % 2 === 1,
    hasNot: hasNot && negations > 0,
    says,
  });
}

function sideOf({ key, kind }: Unit): ReturnType<typeof polarityOf> {
  return kind === 'word' ? polarityOf(key) : { word: key, isOther: false };
}
