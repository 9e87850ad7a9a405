import { findAddresses } from './addresses.ts';
import { CARDS } from './cards.ts';
import { CHINA } from './china.ts';
import type { Finding, Pattern, Script } from './define-pattern.ts';
import { ELSEWHERE } from './elsewhere.ts';
import { findEmails } from './emails.ts';
import { EUROPE, IBAN } from './europe.ts';
import { fold } from './fold.ts';
import { JAPAN } from './japan.ts';
import { KOREA } from './korea.ts';
import { IP_ADDRESSES, isReservedAddress, isVersionNumber, NETWORK } from './network.ts';
import { PHONES } from './phones.ts';
import { UNITED_STATES } from './united-states.ts';

const PATTERNS: readonly Pattern[] = [
  ...IBAN,
  ...CARDS,
  ...IP_ADDRESSES,
  ...NETWORK,
  ...KOREA,
  ...JAPAN,
  ...CHINA,
  ...UNITED_STATES,
  ...EUROPE,
  ...ELSEWHERE,
  ...PHONES,
];
const BEGINNING_WITH_LETTERS = PATTERNS.filter(({ begins }) => begins === 'letter');

/** Where a value may begin, with the words in front of it. */
interface Beginning {
  readonly text: string;
  readonly start: number;
  readonly words: WordsInFront;
}
interface WordsInFront {
  /** From the last word for a thing on, or all of them. */
  readonly nearer: string;
  /** A word for things stands in front. */
  readonly speakAgainst: boolean;
}

interface Candidate extends Finding {
  readonly rank: number;
}

/** Four digits with little between them; nothing that patterns know has fewer. */
const DIGITS = /\d(?:\D{0,4}\d){3,}/g;
const MARGIN = 60;
const WORDS_BEFORE = 48;
const WORDS_BEHIND = 20;
/** How far in front of a number a word for things still means it. */
const NEAR = 28;
const WORD = /[A-Za-z0-9]+/g;
/** Seven letters or digits in words or groups; no value that is looked for has fewer. */
const GROUP = /[A-Za-z0-9](?:[ -/:()年月]{0,3}[A-Za-z0-9]){6}/y;
const SLASH = 47;
/** Words in front of numbers that are about things and not about people. */
const OF_THINGS =
  /\b(?:order|invoice|tracking|ticket|case|ref|reference|version|build|isbn|issn|doi|sku|part|model|serial|item|product|batch|lot|commit|timestamp|patent|flight|room|error|code|population|total|sum|coordinates?|latitude|longitude|pi|suite|apt|unit)\b|주문|송장|접수|빌드|시리얼|버전|수험|모델|매출|에러|운송장|注文|伝票|追跡|問い合わせ|製造|型番|ビルド|予約番号|エラー|订单|快递|单号|構建|构建|型号|序列|版本|库存|编码|公告/gi;

/**
 * Personal data in a text: places, kinds and severities, in order and without overlaps. Places are those of the
 * given text, whatever forms its characters have. Takes time linear in the length of the text.
 */
export function findPersonalData(text: string): Finding[] {
  const folded = fold(text);
  const candidates: Candidate[] = [
    ...findEmails(folded.text).map((finding) => ({ ...finding, rank: 100 })),
    ...findNumbers(folded.text),
    ...(/\d/.test(folded.text) ? findAddresses(folded.text) : []).map((finding) => ({
      ...finding,
      rank: -1,
    })),
  ];
  return withoutOverlaps(candidates).map(({ start, end, kind, severity }) => ({
    start: folded.at(start),
    end:
      folded.at(end - 1) +
      (folded.at(end) - folded.at(end - 1) > 1 ? unitsAt(text, folded.at(end - 1)) : 1),
    kind,
    severity,
  }));
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function findNumbers(text: string): Candidate[] {
  const stretches = stretchesWithDigits(text);
  if (stretches.length === 0) return [];
  const scripts = scriptsOf(text);
  return stretches.flatMap(([from, to]) =>
    [...text.slice(from, to).matchAll(WORD)].flatMap((word) =>
      candidatesOfWord({ text, start: from + word.index, word: word[0] }, scripts),
    ),
  );
}

function candidatesOfWord(
  { text, start, word }: { readonly text: string; readonly start: number; readonly word: string },
  scripts: ReadonlySet<Script>,
): Candidate[] {
  GROUP.lastIndex = start;
  if (!GROUP.test(text)) return [];
  if (!isDigit(word.charCodeAt(0))) {
    const mayHold = /\d|^[a-f]{2}$/i.test(word);
    return mayHold ? candidatesAt({ text, start }, BEGINNING_WITH_LETTERS, scripts) : [];
  }
  const found = candidatesAt({ text, start }, PATTERNS, scripts);
  const signs = signsBefore(text, start);
  if (signs === 0) return found;
  return found.concat(candidatesAt({ text, start: start - signs }, PATTERNS, scripts));
}

/** How many signs that belong to a number stand in front of it: `+`, `(`, `(+`, `〒`. */
function signsBefore(text: string, start: number): number {
  const signs = /[+(〒]{1,2} ?$/.exec(text.slice(Math.max(0, start - 3), start));
  return signs === null ? 0 : signs[0].length;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Where patterns may match, with some text around; never through the middle of a word. */
function stretchesWithDigits(text: string): [from: number, to: number][] {
  const stretches: [number, number][] = [];
  for (const match of text.matchAll(DIGITS)) {
    const last = stretches.at(-1);
    let from = Math.max(last?.[1] ?? 0, match.index - MARGIN);
    while (from > (last?.[1] ?? 0) && isWordUnit(text.charCodeAt(from - 1))) from -= 1;
    let to = Math.min(text.length, match.index + match[0].length + MARGIN);
    while (to < text.length && isWordUnit(text.charCodeAt(to))) to += 1;
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else stretches.push([from, to]);
  }
  return stretches;
}

function isWordUnit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function scriptsOf(text: string): ReadonlySet<Script> {
  const scripts = new Set<Script>();
  if (/[\uac00-\ud7a3]/.test(text)) scripts.add('hangul');
  if (/[\u3041-\u30fa]/.test(text)) scripts.add('kana');
  if (/[\u4e00-\u9fff]/.test(text)) scripts.add('han');
  return scripts;
}

function candidatesAt(
  { text, start }: { readonly text: string; readonly start: number },
  patterns: readonly Pattern[],
  scripts: ReadonlySet<Script>,
): Candidate[] {
  const found: Candidate[] = [];
  let words: WordsInFront | null = null;
  for (const pattern of patterns) {
    pattern.pattern.lastIndex = start;
    if (!pattern.pattern.test(text)) continue;
    const end = pattern.pattern.lastIndex;
    const compact = text
      .slice(start, end)
      .replace(/[^A-Za-z0-9]/g, '')
      .toUpperCase();
    if (!isPossible(pattern, compact)) continue;
    words ??= wordsInFront(text, start);
    const speakFor = speaksFor(pattern, words, wordsBehind(text, end));
    if (!isBelieved(pattern, { speakFor, words, scripts })) continue;
    if (isInPath(text, start)) break;
    found.push(candidate(pattern, { text, start, words }, { end, compact, speakFor }));
  }
  return found.filter(
    ({ kind }) =>
      kind !== 'ip_address' || !isVersionNumber(text.slice(Math.max(0, start - 16), start)),
  );
}

function isPossible({ check, lengths }: Pattern, compact: string): boolean {
  return lengths?.includes(compact.length) !== false && check?.(compact) !== false;
}

function candidate(
  pattern: Pattern,
  { text, start }: Beginning,
  { end, compact, speakFor }: { end: number; compact: string; speakFor: boolean },
): Candidate {
  const { kind } = pattern;
  const isReserved =
    kind === 'ip_address'
      ? isReservedAddress(text.slice(start, end))
      : pattern.isReserved?.(compact) === true;
  return {
    start,
    end,
    kind,
    severity: isReserved ? 'low' : pattern.severity,
    rank: (pattern.weight ?? 0) + (speakFor ? 1.5 : 0),
  };
}

function wordsInFront(text: string, start: number): WordsInFront {
  const before = text.slice(Math.max(0, start - WORDS_BEFORE), start);
  const against = [...before.matchAll(OF_THINGS)].at(-1);
  if (against === undefined || before.length - against.index >= NEAR) {
    return { nearer: before, speakAgainst: false };
  }
  return { nearer: before.slice(against.index + against[0].length), speakAgainst: true };
}

/** Words behind a number are about it on the same line only. */
function wordsBehind(text: string, end: number): string {
  const behind = text.slice(end, end + WORDS_BEHIND);
  const line = behind.indexOf('\n');
  return line < 0 ? behind : behind.slice(0, line);
}

function speaksFor({ context }: Pattern, { nearer }: WordsInFront, behind: string): boolean {
  return context !== undefined && (context.test(nearer) || context.test(behind));
}

/** Whether it is a part of a link's path: such numbers name pages. */
function isInPath(text: string, start: number): boolean {
  if (text.charCodeAt(start - 1) !== SLASH) return false;
  return /(?:\/\/|www\.)\S*$/.test(text.slice(Math.max(0, start - WORDS_BEFORE), start));
}

function isBelieved(
  pattern: Pattern,
  seen: { speakFor: boolean; words: WordsInFront; scripts: ReadonlySet<Script> },
): boolean {
  const { speakAgainst } = seen.words;
  if (seen.speakFor) return true;
  if (pattern.evidence === 'context') return false;
  if (pattern.evidence === 'shape') return pattern.check !== undefined || !speakAgainst;
  return !speakAgainst && pattern.script !== undefined && isIn(pattern.script, seen.scripts);
}

/** Han without kana and Hangul is Chinese; with kana it is Japanese. */
function isIn(script: Script, scripts: ReadonlySet<Script>): boolean {
  if (!scripts.has(script)) return false;
  return script !== 'han' || !(scripts.has('kana') || scripts.has('hangul'));
}

/** The best of those that overlap: by rank, then by length. */
function withoutOverlaps(candidates: readonly Candidate[]): Candidate[] {
  const ranked = [...candidates].sort(
    (a, b) => b.rank - a.rank || b.end - b.start - (a.end - a.start) || a.start - b.start,
  );
  const kept: Candidate[] = [];
  const taken: [number, number][] = [];
  for (const candidate of ranked) {
    if (isFree(taken, candidate)) {
      insert(taken, candidate);
      kept.push(candidate);
    }
  }
  return kept.sort((a, b) => a.start - b.start);
}

/** Places in order; the neighbour before the first that begins later is the only one that can overlap. */
function isFree(taken: readonly [number, number][], { start, end }: Finding): boolean {
  const at = firstFrom(taken, start);
  const before = taken[at - 1];
  const behind = taken[at];
  return (before === undefined || before[1] <= start) && (behind === undefined || behind[0] >= end);
}

function insert(taken: [number, number][], { start, end }: Finding): void {
  taken.splice(firstFrom(taken, start), 0, [start, end]);
}

function firstFrom(taken: readonly [number, number][], start: number): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((taken[middle]?.[0] ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
