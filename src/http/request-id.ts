import type { IncomingHttpHeaders } from 'node:http';
import type { NewId } from '../core/ids.ts';

/** What an id from outside may look like; anything else could forge log lines or headers. */
const SANE = /^[A-Za-z0-9][A-Za-z0-9._-]{7,127}$/;

/** The caller's `x-request-id` when it is sane, else a new one. */
export function requestId(headers: IncomingHttpHeaders, newId: NewId): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : newId();
}
