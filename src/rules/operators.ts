import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { RuleOperator } from '../contract/rules.ts';
import { findWord } from '../evaluators/text/find-word.ts';
import { schemaFault } from '../evaluators/text/json-schema.ts';

/** Where a test found something in a text; `text` is it, or what is wrong. */
export interface Hit {
  readonly text: string;
  /** Null: it is about the text as a whole. */
  readonly at: { readonly start: number; readonly end: number } | null;
}

/** Looks into one text; null when it finds nothing. */
export type FindInText = (text: string) => Hit | null;
export type TestNumber = (value: number) => boolean;

/** Why a value does not fit its operator; `position` is in the pattern, from 0. */
export interface Misfit {
  readonly message: string;
  readonly position?: number;
}

export const MAX_PATTERN = 1_000;
const MAX_TEXT = 2_000;
const MAX_LIST = 500;
const MAX_SCHEMA = 50_000;
/** What is read of a text: longer ones are judged by their head. */
const READ_CHARACTERS = 50_000;
const SHOWN = 120;

/** Compares texts by this operator; a misfit when its value is not what it takes, null when it is not for texts. */
export function textTest(
  operator: RuleOperator,
  value: unknown,
  ignoreCase: boolean,
): FindInText | Misfit | null {
  switch (operator) {
    case 'equals':
      return withText(value, (given) => equals(given, ignoreCase));
    case 'contains':
      return withText(value, (given) => contains(given, ignoreCase));
    case 'starts_with':
      return withText(value, (given) => atEdge(given, ignoreCase, 'start'));
    case 'ends_with':
      return withText(value, (given) => atEdge(given, ignoreCase, 'end'));
    case 'in':
      return withList(value, (given) => isOneOf(given, ignoreCase));
    case 'keywords':
      return withList(value, (given) => anyKeyword(given, ignoreCase));
    case 'matches':
      return withText(value, (given) => pattern(given, ignoreCase), MAX_PATTERN);
    case 'json_schema':
      return schemaTest(value);
    default:
      return null;
  }
}

/** Compares numbers by this operator; a misfit when its value is no number, null when it is not for numbers. */
export function numberTest(operator: RuleOperator, value: unknown): TestNumber | Misfit | null {
  const compare = NUMBER_TESTS[operator];
  if (compare === undefined) return null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return { message: 'must be a number' };
  return (given) => compare(given, value);
}

const NUMBER_TESTS: Partial<Record<RuleOperator, (given: number, value: number) => boolean>> = {
  equals: (given, value) => given === value,
  less_than: (given, value) => given < value,
  at_most: (given, value) => given <= value,
  more_than: (given, value) => given > value,
  at_least: (given, value) => given >= value,
};

function withText(
  value: unknown,
  make: (given: string) => FindInText | Misfit,
  longest = MAX_TEXT,
): FindInText | Misfit {
  if (typeof value !== 'string') return { message: 'must be a text' };
  if (value === '') return { message: 'must not be empty' };
  if (value.length > longest) return { message: `must be at most ${longest} characters` };
  return make(value);
}

function withList(
  value: unknown,
  make: (given: readonly string[]) => FindInText,
): FindInText | Misfit {
  const given = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  const isList = Array.isArray(value) && given.length === value.length && given.length > 0;
  if (!isList || given.includes('')) return { message: 'must be a list of texts' };
  if (given.length > MAX_LIST) return { message: `must be at most ${MAX_LIST} texts` };
  if (given.some((item) => item.length > MAX_TEXT)) {
    return { message: `each must be at most ${MAX_TEXT} characters` };
  }
  return make(given);
}

/** Full-width forms are the letters they look like; case only where it matters. */
function folder(ignoreCase: boolean): (text: string) => string {
  return (text) => {
    const composed = text.normalize('NFKC');
    return ignoreCase ? composed.toLowerCase() : composed;
  };
}

function whole(text: string): Hit {
  return { text: text.slice(0, SHOWN), at: null };
}

/** Places in a folded text are those of the text itself only when folding moved nothing. */
function hitAt(text: string, folded: string, [start, end]: readonly [number, number]): Hit {
  const found = folded.slice(start, Math.min(end, start + SHOWN));
  return folded.length === text.length
    ? { text: text.slice(start, Math.min(end, start + SHOWN)), at: { start, end } }
    : { text: found, at: null };
}

function equals(given: string, ignoreCase: boolean): FindInText {
  const fold = folder(ignoreCase);
  const wanted = fold(given);
  return (text) => (fold(text) === wanted ? whole(text) : null);
}

function contains(given: string, ignoreCase: boolean): FindInText {
  const fold = folder(ignoreCase);
  const wanted = fold(given);
  return (text) => {
    const folded = fold(text);
    const at = folded.indexOf(wanted);
    return at === -1 ? null : hitAt(text, folded, [at, at + wanted.length]);
  };
}

function atEdge(given: string, ignoreCase: boolean, edge: 'start' | 'end'): FindInText {
  const fold = folder(ignoreCase);
  const wanted = fold(given);
  return (text) => {
    const folded = fold(text);
    const trimmed = edge === 'start' ? folded.trimStart() : folded.trimEnd();
    const holds = edge === 'start' ? trimmed.startsWith(wanted) : trimmed.endsWith(wanted);
    return holds ? whole(given) : null;
  };
}

function isOneOf(given: readonly string[], ignoreCase: boolean): FindInText {
  const fold = folder(ignoreCase);
  const wanted = new Set(given.map(fold));
  return (text) => (wanted.has(fold(text)) ? whole(text) : null);
}

function anyKeyword(given: readonly string[], ignoreCase: boolean): FindInText {
  const fold = folder(ignoreCase);
  const wanted = given.map(fold);
  return (text) => {
    const folded = fold(text);
    for (const word of wanted) {
      const at = findWord(folded, word);
      if (at !== -1) return hitAt(text, folded, [at, at + word.length]);
    }
    return null;
  };
}

/** RE2: time is linear in the text whatever the pattern is. */
function pattern(given: string, ignoreCase: boolean): FindInText | Misfit {
  try {
    const compiled = RE2JS.compile(given, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (text) => {
      const matcher = compiled.matcher(text.slice(0, READ_CHARACTERS));
      if (!matcher.find()) return null;
      const at = { start: matcher.start(), end: matcher.end() };
      return { text: text.slice(at.start, Math.min(at.end, at.start + SHOWN)), at };
    };
  } catch (thrown) {
    return patternMisfit(given, thrown);
  }
}

function patternMisfit(given: string, thrown: unknown): Misfit {
  if (!(thrown instanceof RE2JSSyntaxException)) return { message: 'the pattern cannot be used' };
  const part = thrown.getPattern() ?? '';
  const at = part.length > 0 && part.length < given.length ? given.indexOf(part) : -1;
  const position = at === -1 ? given.length : at;
  const message = `the pattern has an error at position ${position}: ${thrown.getDescription()}`;
  return { message, position };
}

function schemaTest(value: unknown): FindInText | Misfit {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { message: 'must be a JSON Schema' };
  }
  const schema = Object.fromEntries(Object.entries(value));
  const text = JSON.stringify(schema);
  if (text.length > MAX_SCHEMA) return { message: `must be at most ${MAX_SCHEMA} characters` };
  if (/"\$(?:dynamicR|r)ef":"(?!#)/.test(text))
    return { message: 'must not refer to other places' };
  const tried = schemaFault(schema, null);
  if ('unusable' in tried) return { message: `the schema cannot be used: ${tried.unusable}` };
  return (answer) => fits(schema, answer);
}

const FENCE = /^```(?:json|JSON)?\s*\n([\s\S]*)\n\s*```$/;

/** Holds for JSON that fits, also inside a Markdown fence. */
function fits(schema: Readonly<Record<string, unknown>>, answer: string): Hit | null {
  const text = answer.trim();
  const json = FENCE.exec(text)?.[1] ?? text;
  try {
    const judged = schemaFault(schema, JSON.parse(json));
    return 'fault' in judged && judged.fault === null ? whole(json) : null;
  } catch {
    return null;
  }
}
