import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../core/errors.ts';
import type { CallContext } from '../ingest/spool-record.ts';
import type { RequestFields } from './scan-request.ts';

const MAX_NAME = 256;
const MAX_TAGS = 20;
const MAX_TAG = 64;
const MAX_METADATA = 64;
const MAX_METADATA_NAME = 128;
const MAX_METADATA_VALUE = 2048;
const MAX_PASSAGES = 200;
const MAX_PASSAGE = 65_536;

const NOTHING: CallContext = {
  keyId: null,
  userId: null,
  sessionId: null,
  tags: [],
  metadata: {},
  promptName: null,
  promptVersion: null,
  traceId: null,
  parentSpanId: null,
  passages: [],
};

/** The context of a call of which only the key is known. */
export function bareContext(keyId: string | null): CallContext {
  return keyId === null ? NOTHING : { ...NOTHING, keyId };
}

/**
 * What the `x-lqo-*` headers and `traceparent` say about a call. Throws `invalid_header` with the header's
 * name and what it must be. A malformed `traceparent` is ignored, as W3C Trace Context §3.3 wants it.
 */
export function readContext(headers: IncomingHttpHeaders, keyId: string | null): CallContext {
  const bare = bareContext(keyId);
  const traced = traceOf(headers);
  if (!hasOwnHeaders(headers)) return traced === null ? bare : { ...bare, ...traced };
  checkWord(headers, 'x-lqo-cache', ['on', 'off']);
  checkWord(headers, 'x-lqo-stream', ['live', 'whole']);
  const [promptName, promptVersion] = readPrompt(headers);
  return {
    ...bare,
    userId: readText(headers, 'x-lqo-user'),
    sessionId: readText(headers, 'x-lqo-session'),
    tags: readTags(headers),
    metadata: readMetadata(headers),
    promptName,
    promptVersion,
    passages: readPassages(headers),
    ...traced,
    ...ownTrace(headers),
  };
}

/** The context completed with what the body says; headers win over the body. */
export function withBodyFields(context: CallContext, fields: RequestFields): CallContext {
  const { user, safetyIdentifier, promptCacheKey } = fields;
  if (user === null && safetyIdentifier === null && promptCacheKey === null) {
    if (Object.keys(fields.metadata).length === 0) return context;
  }
  const named = {
    ...fields.metadata,
    ...(safetyIdentifier !== null && { safety_identifier: safetyIdentifier }),
    ...(promptCacheKey !== null && { prompt_cache_key: promptCacheKey }),
  };
  const userId = context.userId ?? user ?? safetyIdentifier;
  const metadata = { ...named, ...context.metadata };
  return { ...context, userId, metadata };
}

function hasOwnHeaders(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (name.startsWith('x-lqo-')) return true;
  return false;
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  const text = Array.isArray(value) ? value.join(',') : value;
  return text === undefined || text.trim() === '' ? null : utf8(text.trim());
}

/** Node decodes headers as Latin-1; clients send UTF-8. Back to bytes, and read again where that works. */
function utf8(text: string): string {
  const decoded = Buffer.from(text, 'latin1').toString('utf8');
  return decoded.includes('\uFFFD') ? text : decoded;
}

function bad(name: string, must: string): AppError {
  return new AppError('invalid_header', `The header ${name} must be ${must}.`, {
    details: { header: name },
  });
}

function readText(headers: IncomingHttpHeaders, name: string): string | null {
  const text = headerOf(headers, name);
  if (text !== null && text.length > MAX_NAME) throw bad(name, `at most ${MAX_NAME} characters`);
  return text;
}

function readTags(headers: IncomingHttpHeaders): readonly string[] {
  const text = headerOf(headers, 'x-lqo-tags');
  if (text === null) return [];
  const tags = [...new Set(text.split(',').map((tag) => tag.trim()))].filter((tag) => tag !== '');
  if (tags.length > MAX_TAGS || tags.some((tag) => tag.length > MAX_TAG)) {
    throw bad('x-lqo-tags', `a comma list of at most ${MAX_TAGS} tags of ${MAX_TAG} characters`);
  }
  return tags;
}

function readMetadata(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const text = headerOf(headers, 'x-lqo-metadata');
  if (text === null) return {};
  const value = jsonOrNull(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length <= MAX_METADATA && entries.every(isMetadata)) {
      return Object.fromEntries(entries);
    }
  }
  throw bad(
    'x-lqo-metadata',
    `a JSON object of at most ${MAX_METADATA} strings (names of ${MAX_METADATA_NAME}, values of ${MAX_METADATA_VALUE} characters)`,
  );
}

const MAX_VARIABLES = 200;
const MAX_VARIABLE = 65_536;

/**
 * The values of a prompt's placeholders (`x-lqo-variables`); null when the header was not sent. Throws
 * `invalid_header` unless it is a JSON object of strings, plain or as base64url.
 */
export function readVariables(
  headers: IncomingHttpHeaders,
): Readonly<Record<string, string>> | null {
  const text = headerOf(headers, 'x-lqo-variables');
  if (text === null) return null;
  const plain = BASE64URL.test(text) ? Buffer.from(text, 'base64url').toString('utf8') : text;
  const value = jsonOrNull(plain);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length <= MAX_VARIABLES && entries.every(isVariable)) {
      return Object.fromEntries(entries);
    }
  }
  throw bad(
    'x-lqo-variables',
    `a JSON object (or base64url of one) of at most ${MAX_VARIABLES} strings of ${MAX_VARIABLE} characters`,
  );
}

function isVariable(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1].length <= MAX_VARIABLE;
}

function isMetadata(entry: [string, unknown]): entry is [string, string] {
  const [name, value] = entry;
  return (
    name.length <= MAX_METADATA_NAME &&
    typeof value === 'string' &&
    value.length <= MAX_METADATA_VALUE
  );
}

function readPrompt(headers: IncomingHttpHeaders): readonly [string | null, string | null] {
  const text = readText(headers, 'x-lqo-prompt');
  if (text === null) return [null, null];
  const at = text.lastIndexOf('@');
  if (at === -1) return [text, null];
  if (at === 0 || at === text.length - 1) throw bad('x-lqo-prompt', '`name` or `name@version`');
  return [text.slice(0, at), text.slice(at + 1)];
}

const BASE64URL = /^[\w-]+={0,2}$/;

function readPassages(headers: IncomingHttpHeaders): readonly string[] {
  const text = headerOf(headers, 'x-lqo-context');
  if (text === null) return [];
  const value = BASE64URL.test(text)
    ? jsonOrNull(Buffer.from(text, 'base64url').toString('utf8'))
    : null;
  if (Array.isArray(value) && value.length <= MAX_PASSAGES && value.every(isPassage)) return value;
  throw bad(
    'x-lqo-context',
    `base64url of a JSON array of at most ${MAX_PASSAGES} strings of ${MAX_PASSAGE} characters`,
  );
}

function isPassage(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_PASSAGE;
}

function checkWord(
  headers: IncomingHttpHeaders,
  name: string,
  words: readonly [string, string],
): void {
  const text = headerOf(headers, name)?.toLowerCase();
  if (text !== undefined && !words.includes(text)) throw bad(name, `\`${words[1]}\``);
}

/**
 * Whether a stream is sent only once it is complete (`x-lqo-stream: whole`): then another target can take
 * over one that breaks in its middle, without a trace.
 */
export function wantsWholeStream(headers: IncomingHttpHeaders): boolean {
  return headerOf(headers, 'x-lqo-stream')?.toLowerCase() === 'whole';
}

const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;
const TRACE_NAME = /^[\w.:/-]{1,128}$/;

interface Trace {
  readonly traceId: string;
  readonly parentSpanId: string | null;
}

function traceOf(headers: IncomingHttpHeaders): Trace | null {
  const header = headers['traceparent'];
  return typeof header === 'string' ? parseTraceparent(header.trim()) : null;
}

function parseTraceparent(text: string): Trace | null {
  const [, traceId, parentSpanId] = TRACEPARENT.exec(text) ?? [];
  return traceId === undefined || parentSpanId === undefined ? null : { traceId, parentSpanId };
}

/** `x-lqo-trace`: a traceparent, or a trace name of the caller's own making. */
function ownTrace(headers: IncomingHttpHeaders): Trace | null {
  const text = headerOf(headers, 'x-lqo-trace');
  if (text === null) return null;
  const parsed = parseTraceparent(text);
  if (parsed !== null) return parsed;
  if (!TRACE_NAME.test(text)) {
    throw bad(
      'x-lqo-trace',
      'a W3C traceparent or 1 to 128 of the characters A-Z a-z 0-9 _ . : / -',
    );
  }
  return { traceId: text, parentSpanId: null };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
