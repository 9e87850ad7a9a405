import { AppError } from '../core/errors.ts';
import type { DialectId } from '../providers/dialect.ts';

/** What the gateway reads of a JSON request: top-level fields only, the rest passes unread. */
export interface RequestFields {
  readonly model: string | null;
  readonly stream: boolean;
  readonly streamOptions: Readonly<Record<string, unknown>> | null;
  readonly user: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly safetyIdentifier: string | null;
  readonly promptCacheKey: string | null;
  /** How many tokens the answer may have; null where the request does not say. */
  readonly maxOutputTokens: number | null;
  /** How many answers are asked for, at least 1. */
  readonly answers: number;
}

export const NO_FIELDS: RequestFields = {
  model: null,
  stream: false,
  streamOptions: null,
  user: null,
  metadata: {},
  safetyIdentifier: null,
  promptCacheKey: null,
  maxOutputTokens: null,
  answers: 1,
};

/** Where a top-level value stands in the body: `start` inclusive, `end` exclusive. */
export interface ValueRange {
  readonly start: number;
  readonly end: number;
}

/** Below this a whole parse costs less than a scan (4 µs for 2 KB). */
const PARSE_BELOW_BYTES = 64 * 1024;

const WANTED = new Set([
  'model',
  'stream',
  'stream_options',
  'user',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n',
  'best_of',
  'prompt',
  'generationConfig',
  'options',
]);

/**
 * The fields of a JSON object body. Throws `invalid_json` when the body is no JSON object; above 64 KB
 * only the structure of the top level is checked, the provider judges the rest.
 */
export function scanRequest(body: Buffer, dialect: DialectId = 'openai'): RequestFields {
  if (body.length < PARSE_BELOW_BYTES) return fieldsOf(parseObject(body.toString('utf8')), dialect);
  const found: Record<string, unknown> = {};
  for (const [name, { start, end }] of topLevelValues(body)) {
    if (WANTED.has(name)) found[name] = parseJson(body.toString('utf8', start, end));
  }
  return fieldsOf(found, dialect);
}

function fieldsOf(body: Readonly<Record<string, unknown>>, dialect: DialectId): RequestFields {
  const options = body['stream_options'];
  const [metadata, userId] = metadataOf(body['metadata'], dialect);
  return {
    model: textOf(body['model']),
    // Ollama streams unless it is told not to.
    stream: dialect === 'ollama' ? body['stream'] !== false : body['stream'] === true,
    streamOptions: isObject(options) ? options : null,
    user: textOf(body['user']) ?? userId,
    metadata,
    safetyIdentifier: textOf(body['safety_identifier']),
    promptCacheKey: textOf(body['prompt_cache_key']),
    maxOutputTokens: outputLimitOf(body),
    answers: answersOf(body),
  };
}

/** Where the dialects say how many answers they want; legacy completions multiply them by their prompts. */
function answersOf(body: Readonly<Record<string, unknown>>): number {
  const { n, best_of: best, prompt, generationConfig: gemini } = body;
  const candidates = isObject(gemini) ? gemini['candidateCount'] : null;
  const most = Math.max(1, ...[n, best, candidates].map(asCount));
  const prompts = Array.isArray(prompt) && typeof prompt[0] !== 'number' ? prompt.length : 1;
  return most * Math.max(1, prompts);
}

function asCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 1;
}

const NO_METADATA: Readonly<Record<string, string>> = {};

/** Metadata, and the user that Anthropic's clients name in it. */
function metadataOf(
  value: unknown,
  dialect: DialectId,
): readonly [Readonly<Record<string, string>>, string | null] {
  if (value === undefined || value === null) return NOTHING_SAID;
  const texts = textsOf(value);
  if (dialect !== 'anthropic') return [texts, null];
  const { user_id: userId, ...metadata } = texts;
  return [metadata, userId ?? null];
}

const NOTHING_SAID = [NO_METADATA, null] as const;

/** Where the dialects put the limit of an answer. */
function outputLimitOf(body: Readonly<Record<string, unknown>>): number | null {
  const gemini = body['generationConfig'];
  const ollama = body['options'];
  const limit =
    body['max_completion_tokens'] ??
    body['max_tokens'] ??
    body['max_output_tokens'] ??
    (isObject(gemini) ? gemini['maxOutputTokens'] : null) ??
    (isObject(ollama) ? ollama['num_predict'] : null);
  return typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0 ? limit : null;
}

function parseObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw new AppError('invalid_json', 'The request body must be a JSON object.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_json', 'The request body is not valid JSON.', { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;

/**
 * The names and places of an object's own fields, without parsing what is in them. Aware of strings, so
 * that braces in a prompt do not count. A name that comes twice is answered twice; the last one counts.
 */
export function topLevelValues(body: Buffer): [string, ValueRange][] {
  const fields: [string, ValueRange][] = [];
  let at = skipSpace(body, 0);
  if (body[at] !== OPEN_BRACE) throw notAnObject();
  at = skipSpace(body, at + 1);
  if (body[at] === CLOSE_BRACE) return fields;
  for (;;) {
    const nameEnd = skipString(body, at);
    const name = parseJson(body.toString('utf8', at, nameEnd));
    at = skipSpace(body, nameEnd);
    if (body[at] !== COLON || typeof name !== 'string') throw notAnObject();
    const start = skipSpace(body, at + 1);
    const end = skipValue(body, start);
    fields.push([name, { start, end }]);
    at = skipSpace(body, end);
    if (body[at] === CLOSE_BRACE) return fields;
    if (body[at] !== COMMA) throw notAnObject();
    at = skipSpace(body, at + 1);
  }
}

function notAnObject(): AppError {
  return new AppError('invalid_json', 'The request body is not a valid JSON object.');
}

function skipSpace(body: Buffer, from: number): number {
  let at = from;
  while (isSpace(body[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipString(body: Buffer, from: number): number {
  if (body[from] !== QUOTE) throw notAnObject();
  let at = body.indexOf(QUOTE, from + 1);
  while (at !== -1) {
    let slashes = 0;
    while (body[at - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = body.indexOf(QUOTE, at + 1);
  }
  throw notAnObject();
}

function skipValue(body: Buffer, from: number): number {
  const first = body[from];
  if (first === QUOTE) return skipString(body, from);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return skipNested(body, from);
  let at = from;
  while (at < body.length && !endsScalar(body[at])) at += 1;
  if (at === from) throw notAnObject();
  return at;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte);
}

function skipNested(body: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  while (at < body.length) {
    const byte = body[at];
    if (byte === QUOTE) {
      at = skipString(body, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  throw notAnObject();
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
