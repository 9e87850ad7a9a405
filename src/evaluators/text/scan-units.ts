import { foldKorean, foldLatin } from './fold-word.ts';
import { classOfUnit, UNIT_CLASS } from './unit-classes.ts';

/**
 * What texts are compared by: a folded word, a number, or two neighbouring characters of a script that is
 * written without spaces. Spans are UTF-16 units of the text as it came.
 */
export interface Unit {
  /** Equal keys are taken for the same thing: forms, synonyms and spellings are folded. */
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly kind: 'word' | 'number' | 'gram';
  /** Begins with a capital letter; always false in scripts without capitals. */
  readonly capital: boolean;
  /** Of numbers: the digits read, times what follows them (million, 万, 억); null where that is no number. */
  readonly value: number | null;
}

/** The units of a text from `from` to `to`, in order. Linear in the length; any string will do. */
export function scanUnits(text: string, from = 0, to = text.length): Unit[] {
  const units: Unit[] = [];
  for (let at = from; at < to; ) {
    const kind = classOfUnit(text.charCodeAt(at));
    if (kind === UNIT_CLASS.other || kind === UNIT_CLASS.apostrophe) {
      at += 1;
      continue;
    }
    const end = runEnd(text, { at, to, kind });
    addRun(units, { text, start: at, end }, kind);
    at = end;
  }
  return units;
}

function runEnd(
  text: string,
  { at, to, kind }: { readonly at: number; readonly to: number; readonly kind: number },
): number {
  let end = at + 1;
  for (; end < to; end += 1) {
    const next = classOfUnit(text.charCodeAt(end));
    if (next === kind || (kind === UNIT_CLASS.letter && next === UNIT_CLASS.digit)) continue;
    if (end + 1 >= to || !joins(text, end, kind)) break;
  }
  return end;
}

/** A point or comma between digits, an apostrophe between letters. */
function joins(text: string, at: number, kind: number): boolean {
  const code = text.charCodeAt(at);
  if (classOfUnit(text.charCodeAt(at + 1)) !== kind) return false;
  if (kind === UNIT_CLASS.digit) return code === 0x2e || code === 0x2c;
  return kind === UNIT_CLASS.letter && classOfUnit(code) === UNIT_CLASS.apostrophe;
}

interface Run {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function addRun(units: Unit[], run: Run, kind: number): void {
  if (kind === UNIT_CLASS.letter) addWord(units, run);
  else if (kind === UNIT_CLASS.digit) units.push(numberOf(run));
  else if (kind === UNIT_CLASS.hangul) addKorean(units, run);
  else if (kind === UNIT_CLASS.katakana) units.push(unitOf(run, 'word'));
  // One or two Hiragana are particles.
  else if (kind === UNIT_CLASS.han || run.end - run.start > 2) addGrams(units, run);
}

function unitOf({ text, start, end }: Run, kind: Unit['kind']): Unit {
  return { key: text.slice(start, end), start, end, kind, capital: false, value: null };
}

const SMALLEST_SCALE = 100;

function addWord(units: Unit[], { text, start, end }: Run): void {
  const raw = text.slice(start, end);
  const lower = raw.toLowerCase();
  const { key, value } = foldLatin(lower);
  if (value === null) {
    const capital = raw.charCodeAt(0) !== lower.charCodeAt(0);
    units.push({ key, start, end, kind: 'word', capital, value: null });
    return;
  }
  const before = units.at(-1);
  const scales = value >= SMALLEST_SCALE && before?.kind === 'number' && start - before.end <= 2;
  // "2.5 million" is one number; "millions" alone is none.
  if (scales) units[units.length - 1] = scaled(before, value, end);
  else if (value < SMALLEST_SCALE) {
    units.push({ key: `#${value}`, start, end, kind: 'number', capital: false, value });
  }
}

function scaled(number: Unit, factor: number, end: number): Unit {
  const value = exact((number.value ?? 0) * factor);
  return { ...number, key: `#${value}`, end, value };
}

const MYRIADS: ReadonlyMap<string, number> = new Map([
  ['千', 1e3],
  ['천', 1e3],
  ['万', 1e4],
  ['萬', 1e4],
  ['만', 1e4],
  ['億', 1e8],
  ['亿', 1e8],
  ['억', 1e8],
  ['兆', 1e12],
  ['조', 1e12],
]);

function numberOf({ text, start, end }: Run): Unit {
  const digits = text.slice(start, end).normalize('NFKC').replaceAll(',', '');
  const factor = MYRIADS.get(text[end] ?? '');
  const value = exact(Number(digits) * (factor ?? 1));
  // "1.2.3" is no number; it equals only itself.
  const known = Number.isNaN(value) ? null : value;
  return {
    key: `#${known ?? digits}`,
    start,
    end: factor === undefined ? end : end + 1,
    kind: 'number',
    capital: false,
    value: known,
  };
}

function exact(value: number): number {
  return Number(value.toPrecision(12));
}

function addKorean(units: Unit[], run: Run): void {
  const stem = foldKorean(run.text.slice(run.start, run.end));
  const end = run.start + stem.length;
  if (stem.length > 2) addGrams(units, { ...run, end });
  else if (stem !== '' && !MYRIADS.has(stem)) units.push(unitOf({ ...run, end }, 'gram'));
}

/** Two neighbouring characters each; a single one stands for itself. */
function addGrams(units: Unit[], { text, start, end }: Run): void {
  const last = Math.max(start + 1, end - 1);
  for (let at = start; at < last; at += 1) {
    units.push(unitOf({ text, start: at, end: Math.min(at + 2, end) }, 'gram'));
  }
}
