import type { InteractionQuery } from '../contract/interactions.ts';

/** Fields written `field:value`, each with the query parameter it sets. */
const FIELDS = {
  model: 'model',
  provider: 'provider',
  status: 'status',
  error: 'errorType',
  operation: 'operation',
  user: 'user',
  session: 'session',
  tag: 'tag',
  origin: 'origin',
  trace: 'traceId',
  flagged: 'flagged',
  route: 'route',
  cache: 'cache',
  experiment: 'experiment',
  arm: 'arm',
} as const;

export type FieldName = keyof typeof FIELDS;
export type ScoreOperator = '<' | '<=' | '>' | '>=' | '=';

/** One condition of a filter; all of them must hold. */
export type Term =
  | { readonly kind: 'field'; readonly field: FieldName; readonly value: string }
  | {
      readonly kind: 'score';
      readonly name: string;
      readonly operator: ScoreOperator;
      readonly value: number;
    }
  /** Milliseconds. */
  | { readonly kind: 'latency'; readonly minMs: number }
  /** US dollars. */
  | { readonly kind: 'cost'; readonly minUsd: number }
  | { readonly kind: 'text'; readonly text: string };

export type ProblemCode = 'unknown_field' | 'bad_value' | 'given_twice' | 'open_quote';

/** What could not be understood, and where: `word` is the part of the input. */
export interface Problem {
  readonly code: ProblemCode;
  readonly word: string;
}

export interface Filter {
  readonly terms: readonly Term[];
  readonly problems: readonly Problem[];
}

/** The words a person may type before a colon, for completion and help. */
export const FIELD_NAMES = Object.keys(FIELDS) as readonly FieldName[];

interface Word {
  readonly raw: string;
  readonly head: string;
  readonly operator: string;
  readonly value: string;
  readonly quotedHead: boolean;
  readonly open: boolean;
}

const OPERATOR = /^(<=|>=|:|<|>|=)/;

/** Reads a quoted piece that starts at `start`; a backslash takes the next character as it is. */
function readQuoted(input: string, start: number): { text: string; end: number; open: boolean } {
  let text = '';
  let at = start + 1;
  while (at < input.length) {
    const character = input[at] ?? '';
    if (character === '"') return { text, end: at + 1, open: false };
    if (character === '\\' && at + 1 < input.length) at += 1;
    text += input[at] ?? '';
    at += 1;
  }
  return { text, end: at, open: true };
}

/** Reads up to the next space, or operator if one may come. */
function readPlain(input: string, start: number, stopAtOperator: boolean): number {
  let at = start;
  while (at < input.length && !/[\s"]/.test(input[at] ?? '')) {
    if (stopAtOperator && OPERATOR.test(input.slice(at))) break;
    at += 1;
  }
  return at;
}

function readWord(input: string, start: number): { word: Word; end: number } {
  if (input[start] === '"') {
    const { text, end, open } = readQuoted(input, start);
    const raw = input.slice(start, end);
    return { word: { raw, head: text, operator: '', value: '', quotedHead: true, open }, end };
  }
  const headEnd = readPlain(input, start, true);
  const operator = OPERATOR.exec(input.slice(headEnd))?.[0] ?? '';
  const valueStart = headEnd + operator.length;
  const head = input.slice(start, headEnd);
  if (operator !== '' && input[valueStart] === '"') {
    const { text, end, open } = readQuoted(input, valueStart);
    const raw = input.slice(start, end);
    return { word: { raw, head, operator, value: text, quotedHead: false, open }, end };
  }
  const end = Math.max(readPlain(input, valueStart, false), start + 1);
  const raw = input.slice(start, end);
  const value = operator === '' ? '' : input.slice(valueStart, end);
  return { word: { raw, head, operator, value, quotedHead: false, open: false }, end };
}

function words(input: string): Word[] {
  const found: Word[] = [];
  let at = 0;
  while (at < input.length) {
    if (/\s/.test(input[at] ?? '')) {
      at += 1;
      continue;
    }
    const { word, end } = readWord(input, at);
    found.push(word);
    at = end;
  }
  return found;
}

const NUMBER = /^\d+(\.\d+)?$/;

function readNumber(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null;
}

function readDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (match === null) return null;
  const factor = { ms: 1, s: 1000, m: 60_000 }[match[2] ?? 'ms'] ?? 1;
  return Number((Number(match[1]) * factor).toPrecision(12));
}

function readStatus(value: string): string | null {
  if (value === 'ok') return 'success';
  return value === 'success' || value === 'error' ? value : null;
}

function readFlag(value: string): string | null {
  if (/^(true|yes|1)$/.test(value)) return 'true';
  return /^(false|no|0)$/.test(value) ? 'false' : null;
}

/** Experiments are named by their id. */
const EXPERIMENT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** How fields that take only some values read them; null for a value that they do not take. */
const READERS: Partial<Record<FieldName, (written: string) => string | null>> = {
  status: readStatus,
  flagged: readFlag,
  cache: (written) => (written === 'hit' || written === 'miss' ? written : null),
  experiment: (written) => (EXPERIMENT_ID.test(written) ? written : null),
};

function isField(name: string): name is FieldName {
  return Object.hasOwn(FIELDS, name);
}

function fieldTerm(field: FieldName, written: string): Term | ProblemCode {
  const read = READERS[field];
  const value = read === undefined ? written : read(written);
  return value === null || value === '' ? 'bad_value' : { kind: 'field', field, value };
}

function isScoreOperator(operator: string): operator is ScoreOperator {
  return operator !== ':' && operator !== '';
}

function scoreTerm(word: Word): Term | ProblemCode {
  const name = word.head.slice('score.'.length);
  // `score.x:>0.5` is what other tools write; the colon says nothing here.
  const inner = word.operator === ':' ? (OPERATOR.exec(word.value)?.[0] ?? ':') : word.operator;
  const text = word.operator === ':' ? word.value.replace(OPERATOR, '') : word.value;
  const operator = inner === ':' ? '=' : inner;
  const value = readNumber(text);
  if (name === '' || value === null || !isScoreOperator(operator)) return 'bad_value';
  return { kind: 'score', name, operator, value };
}

function leastTerm(word: Word): Term | ProblemCode {
  const written = word.operator === ':' ? word.value : `${word.operator}${word.value}`;
  const text = written.replace(/^>=?/, '');
  if (text === written) return 'bad_value';
  if (word.head === 'latency') {
    const minMs = readDuration(text);
    return minMs === null ? 'bad_value' : { kind: 'latency', minMs };
  }
  const minUsd = readNumber(text.replace(/^\$/, ''));
  return minUsd === null ? 'bad_value' : { kind: 'cost', minUsd };
}

function readTerm(word: Word): Term | ProblemCode {
  if (word.open) return 'open_quote';
  if (word.quotedHead || word.operator === '') return { kind: 'text', text: word.head };
  if (word.head.startsWith('score.')) return scoreTerm(word);
  if (word.head === 'latency' || word.head === 'cost') return leastTerm(word);
  if (word.head === 'is' && word.operator === ':' && word.value === 'flagged')
    return { kind: 'field', field: 'flagged', value: 'true' };
  if (!isField(word.head)) return 'unknown_field';
  return word.operator === ':' || word.operator === '='
    ? fieldTerm(word.head, word.value)
    : 'bad_value';
}

/** What may be said once: the list takes one value for each. Text pieces add up. */
function slot(term: Term): string | null {
  if (term.kind === 'text') return null;
  return term.kind === 'field' ? term.field : term.kind;
}

/**
 * Understands one line such as `model:demo/good status:error score.overall<0.5 "refund"`.
 * Never throws: what it does not understand is in `problems` and left out of `terms`.
 */
export function parseFilter(input: string): Filter {
  const terms: Term[] = [];
  const problems: Problem[] = [];
  const taken = new Set<string>();
  for (const word of words(input)) {
    const term = readTerm(word);
    if (typeof term === 'string') {
      problems.push({ code: term, word: word.raw });
      continue;
    }
    const key = slot(term);
    if (key !== null && taken.has(key)) {
      problems.push({ code: 'given_twice', word: word.raw });
      continue;
    }
    if (key !== null) taken.add(key);
    if (term.kind !== 'text' || term.text !== '') terms.push(term);
  }
  return { terms, problems };
}

function quoteIfNeeded(text: string): string {
  const plain = text !== '' && !/[\s"\\<>=:]/.test(text);
  return plain ? text : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function printValue(value: string): string {
  return /[\s"\\]/.test(value) || value === '' ? quoteIfNeeded(value) : value;
}

function printNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/\.?0+$/, '') : text;
}

/** The term as a person would type it. */
export function printTerm(term: Term): string {
  switch (term.kind) {
    case 'field':
      return `${term.field}:${printValue(term.value)}`;
    case 'score':
      return `score.${term.name}${term.operator}${printNumber(term.value)}`;
    case 'latency':
      return `latency>=${printNumber(term.minMs)}ms`;
    case 'cost':
      return `cost>=${printNumber(term.minUsd)}`;
    case 'text':
      return quoteIfNeeded(term.text);
  }
}

/** The line that parses to exactly these terms. */
export function printFilter(terms: readonly Term[]): string {
  return terms.map(printTerm).join(' ');
}

/** The line with this field set to the value, or without the field when it had that value. */
export function toggleField(line: string, field: FieldName, value: string): string {
  const { terms } = parseFilter(line);
  const had = terms.some(
    (term) => term.kind === 'field' && term.field === field && term.value === value,
  );
  const others = terms.filter((term) => term.kind !== 'field' || term.field !== field);
  return printFilter(had ? others : [...others, { kind: 'field', field, value }]);
}

export type FilterQuery = Partial<
  Record<Exclude<keyof InteractionQuery, 'limit' | 'cursor' | 'from' | 'to' | 'project'>, string>
>;

/** The query parameters of `GET /api/v1/interactions` for these terms. */
export function filterQuery(terms: readonly Term[]): FilterQuery {
  const query: FilterQuery = {};
  const texts: string[] = [];
  for (const term of terms) {
    if (term.kind === 'text') texts.push(term.text);
    else if (term.kind === 'field') query[FIELDS[term.field]] = term.value;
    else if (term.kind === 'score')
      query.score = `${term.name}${term.operator}${printNumber(term.value)}`;
    else if (term.kind === 'latency') query.minLatencyMs = printNumber(term.minMs);
    else query.minCostUsd = printNumber(term.minUsd);
  }
  if (texts.length > 0) query.q = texts.join(' ');
  return query;
}
