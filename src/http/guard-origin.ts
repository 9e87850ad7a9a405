import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../core/config.ts';
import { isLoopbackHost } from '../core/config.ts';
import { AppError } from '../core/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface OriginGuard {
  /** Throws `forbidden_host` for a Host name that is not ours or a change sent by a foreign page. */
  check(method: string, headers: IncomingHttpHeaders): void;
  /** Throws `forbidden_host` for a Host name that is not ours. */
  checkHost(headers: IncomingHttpHeaders): void;
  /** Whether a page of another origin sent it. */
  isForeign(headers: IncomingHttpHeaders): boolean;
}

/**
 * Keeps foreign web pages out. On loopback only names that are ours answer: a page whose own name was
 * made to point at 127.0.0.1 (DNS rebinding) still sends its own Host. Elsewhere any Host answers,
 * because authentication is on there and a cookie is never sent to a foreign name. Changes that a
 * browser sends must come from the same origin everywhere.
 */
export function createOriginGuard(config: Pick<Config, 'HOST' | 'ALLOWED_HOSTS'>): OriginGuard {
  const extra = new Set(
    (config.ALLOWED_HOSTS ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  );
  const onlyOurs = isLoopbackHost(config.HOST);
  const isOurs = (host: string): boolean => {
    const name = hostName(host);
    if (name === null) return false;
    return isLoopbackHost(name) || name === config.HOST.toLowerCase() || isListed(host, name);
  };
  const isListed = (host: string, name: string): boolean =>
    extra.has(name) || extra.has(host.toLowerCase());

  const checkHost = (headers: IncomingHttpHeaders): void => {
    if (!onlyOurs || isOurs(headers.host ?? '')) return;
    throw new AppError(
      'forbidden_host',
      'This Host name is not served here. Add it to ALLOWED_HOSTS if it is yours.',
    );
  };
  const isForeign = (headers: IncomingHttpHeaders): boolean => {
    const { origin, host = '' } = headers;
    return origin === undefined ? isCrossSite(headers) : !isSameOrigin(origin, host, isListed);
  };
  return {
    checkHost,
    isForeign,
    check(method, headers): void {
      checkHost(headers);
      if (SAFE_METHODS.has(method) || !isForeign(headers)) return;
      throw new AppError('forbidden_host', 'Changes from another web origin are refused.');
    },
  };
}

function isCrossSite(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-site'] === 'cross-site';
}

function isSameOrigin(
  origin: string,
  host: string,
  isListed: (host: string, name: string) => boolean,
): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.host === normalHost(host, url.protocol) || isListed(url.host, url.hostname);
}

/** As browsers write it in an Origin: lower case, without the scheme's own port. */
function normalHost(host: string, protocol: string): string | null {
  const text = `${protocol}//${host}`;
  return URL.canParse(text) ? new URL(text).host : null;
}

/** The name of a Host header without its port, lower case; null when it is none. */
export function hostName(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(host);
  return match?.[1]?.toLowerCase() ?? null;
}
