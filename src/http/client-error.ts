import type { Socket } from 'node:net';
import type { NewId } from '../core/ids.ts';
import type { Log } from '../core/log.ts';

/** What Node's parser refuses before there is a request: status line, code and words. */
const ANSWERS: Readonly<Record<string, readonly [string, string, string]>> = {
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'payload_too_large',
    'The headers are larger than 128 KiB.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    'invalid_request',
    'The request did not arrive in time.',
  ],
};
const MALFORMED = ['400 Bad Request', 'invalid_request', 'This is not HTTP/1.1.'] as const;

/** Answers what never became a request, in our error body, and ends the connection. */
export function createClientErrorHandler(deps: {
  log: Log;
  newId: NewId;
}): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const requestId = deps.newId();
    const [status, code, message] = ANSWERS[error.code ?? ''] ?? MALFORMED;
    const body = JSON.stringify({ error: { code, message, requestId, details: null } });
    deps.log.debug({ requestId, cause: error.code }, 'connection refused');
    // A reply may be under way on this connection; bytes in between would corrupt it.
    if (!socket.writable || socket.bytesWritten > 0) {
      socket.destroy(error);
      return;
    }
    socket.end(
      [
        `HTTP/1.1 ${status}`,
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${requestId}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  };
}
