import type { IncomingMessage } from 'node:http';

/**
 * Whether a request wants to become a WebSocket. Any other `Upgrade` (Java's client offers `h2c` with every call)
 * is an offer that may be ignored (RFC 9110, 7.8), and its body is still to be read.
 */
export function asksForSocket({
  method,
  headers,
}: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}
