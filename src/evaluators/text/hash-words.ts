import { classOfUnit, UNIT_CLASS } from './unit-classes.ts';

const FACTOR = 0x0100_0193;
/** Words with the same beginning are mostly forms of one word. */
const PREFIX = 6;

/**
 * Hands over a hash for each word of a text and the class of its script, without making strings: of the first six
 * letters of a word of an alphabet (forms of a word are mostly the same there), of whole numbers, and of each two
 * neighbouring characters in Korean, Japanese and Chinese. ASCII without case. Linear in the length.
 */
export function hashWords(text: string, visit: (hash: number, kind: number) => void): void {
  let at = 0;
  while (at < text.length) {
    const kind = classOfUnit(text.charCodeAt(at));
    if (kind === UNIT_CLASS.other || kind === UNIT_CLASS.apostrophe) at += 1;
    else if (kind >= UNIT_CLASS.han) at = hashPairs(text, { at, kind }, visit);
    else at = hashWord(text, { at, kind }, visit);
  }
}

interface Run {
  readonly at: number;
  readonly kind: number;
}
type Visit = (hash: number, kind: number) => void;

function hashWord(text: string, { at, kind }: Run, visit: Visit): number {
  const most = kind === UNIT_CLASS.letter ? at + PREFIX : text.length;
  let hash = kind;
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    const own = classOfUnit(code);
    if (own !== kind && !(kind === UNIT_CLASS.letter && own === UNIT_CLASS.digit)) break;
    if (end >= most) continue;
    hash = step(hash, code >= 0x41 && code <= 0x5a ? code + 0x20 : code);
  }
  visit(hash, kind);
  return end;
}

/** A single character stands for itself. */
function hashPairs(text: string, { at, kind }: Run, visit: Visit): number {
  let end = at + 1;
  let before = text.charCodeAt(at);
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (classOfUnit(code) !== kind) break;
    visit(step(step(kind, before), code), kind);
    before = code;
  }
  if (end === at + 1) visit(step(kind, before), kind);
  return end;
}

function step(hash: number, code: number): number {
  const mixed = Math.imul(hash ^ code, FACTOR);
  return mixed ^ (mixed >>> 15);
}
