import type { IncomingHttpHeaders } from 'node:http';

/** Meant for one connection, never forwarded (RFC 9110 §7.6.1). */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** Ours, or about the caller's network: not for the provider. Keys and cookies above all. */
const NOT_UPSTREAM = new Set([
  ...HOP_BY_HOP,
  'host',
  'expect',
  'content-length',
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
]);

/** True of the provider's origin and not of ours; `content-length` and `date` are set anew. */
const NOT_DOWNSTREAM = new Set([
  ...HOP_BY_HOP,
  'date',
  'content-length',
  'set-cookie',
  'alt-svc',
  'strict-transport-security',
  'clear-site-data',
]);

/** How the forwarded headers differ from the caller's. */
export interface UpstreamHeaderOptions {
  /** The provider's own key, by header name in lower case. */
  readonly credential: Readonly<Record<string, string>>;
  /** The answer has to be read on its way, so the provider must not compress it. */
  readonly plainAnswer: boolean;
  /** The length of a body that is streamed through; null where undici knows it. */
  readonly contentLength: string | null;
}

/** The caller's headers as a flat list of names and values, without what is not for the provider. */
export function upstreamHeaders(raw: readonly string[], options: UpstreamHeaderOptions): string[] {
  const headers: string[] = [];
  const named = connectionNames(raw);
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const original = raw[at] ?? '';
    const name = original.toLowerCase();
    if (NOT_UPSTREAM.has(name) || name.startsWith('x-lqo-') || named?.has(name)) continue;
    if (Object.hasOwn(options.credential, name)) continue;
    if (options.plainAnswer && name === 'accept-encoding') continue;
    headers.push(original, raw[at + 1] ?? '');
  }
  if (options.plainAnswer) headers.push('accept-encoding', 'identity');
  for (const name in options.credential) headers.push(name, options.credential[name] ?? '');
  if (options.contentLength !== null) headers.push('content-length', options.contentLength);
  return headers;
}

/** Further hop-by-hop headers that the `connection` header names. */
function connectionNames(raw: readonly string[]): Set<string> | null {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.toLowerCase() !== 'connection') continue;
    const value = (raw[at + 1] ?? '').toLowerCase();
    if (value === 'keep-alive' || value === 'close') return null;
    return new Set(value.split(',').map((name) => name.trim()));
  }
  return null;
}

/** What a provider of another dialect gets of the caller's headers: what tells where a call belongs. */
const ACROSS_DIALECTS = new Set(['user-agent', 'traceparent', 'tracestate']);

/** The headers of a translated request; the body is JSON and its answer must come plain. */
export function translatedHeaders(
  raw: readonly string[],
  own: Readonly<Record<string, string>>,
): string[] {
  const headers = ['content-type', 'application/json', 'accept-encoding', 'identity'];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (ACROSS_DIALECTS.has(name)) headers.push(name, raw[at + 1] ?? '');
  }
  for (const name in own) headers.push(name, own[name] ?? '');
  return headers;
}

/** With limits of ours the provider's say nothing to the caller. */
const RATE_LIMITS = new Set(
  ['limit', 'remaining', 'reset'].flatMap((kind) => [
    `x-ratelimit-${kind}-requests`,
    `x-ratelimit-${kind}-tokens`,
  ]),
);

/** Whether the list of names and values in turn has the name, or another limit where it is one. */
function isOurs(own: readonly string[], name: string): boolean {
  const isLimit = RATE_LIMITS.has(name);
  for (let at = 0; at < own.length; at += 2) {
    if (own[at] === name || (isLimit && own[at]?.startsWith('x-ratelimit-'))) return true;
  }
  return false;
}

/**
 * The provider's headers for the caller, appended to `into` as a flat list. `own` are ours, names and values
 * in turn: what they say the provider does not.
 */
export function appendDownstreamHeaders(
  into: string[],
  headers: IncomingHttpHeaders,
  own: readonly string[] | null,
): void {
  for (const name in headers) {
    if (NOT_DOWNSTREAM.has(name) || (own !== null && isOurs(own, name))) continue;
    if (name.startsWith('x-lqo-') || name.startsWith('access-control-')) continue;
    const value = headers[name];
    if (typeof value === 'string') into.push(name, value);
    else for (const one of value ?? []) into.push(name, one);
  }
}

/** A header's single value, or null. */
export function oneHeader(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}

/** The encoding of compressed bytes; null when they are plain. */
export function encodingOf(headers: IncomingHttpHeaders): string | null {
  const encoding = oneHeader(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  return encoding === '' || encoding === 'identity' ? null : encoding;
}

/** The headers without what describes a body that is replaced. */
export function withoutBodyHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    'content-type': _type,
    'content-encoding': _encoding,
    'content-language': _language,
    etag: _tag,
    ...rest
  } = headers;
  return rest;
}
