import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^bearer +(\S+) *$/i;
/** In this order; the first that holds a value is the caller's key. */
const KEY_HEADERS = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;

/**
 * The API keys a request carries, most specific header first: `Authorization: Bearer`, then the
 * headers of Anthropic, Azure and Google clients. Never from the URL, which ends up in logs.
 */
export function keysOf(headers: IncomingHttpHeaders): string[] {
  const keys: string[] = [];
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) keys.push(bearer);
  for (const name of KEY_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') keys.push(value);
  }
  return keys;
}
