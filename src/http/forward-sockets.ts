import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { App } from '../core/http.ts';
import type { Log } from '../core/log.ts';
import { PEER_HEADER } from './inner-server.ts';

/**
 * Hands WebSockets to the main process: its answer to the handshake and everything after go through as they
 * come. All sockets end when the app closes.
 */
export function forwardSockets(app: App, to: { socketPath: string; log: Log }): void {
  const open = new Set<Duplex>();
  app.server.on('upgrade', (request, socket, head) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    pass(request, { socket, head }, to);
  });
  app.addHook('preClose', () => {
    for (const socket of open) socket.destroy();
    return Promise.resolve();
  });
}

function pass(
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  { socketPath, log }: { readonly socketPath: string; readonly log: Log },
): void {
  const onward = connect(socketPath, () => {
    onward.write(handshakeOf(request));
    if (head.length > 0) onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  onward.once('error', (error) => {
    log.warn({ err: error }, 'the main process did not take a socket');
    socket.destroy();
  });
  socket.on('error', () => onward.destroy());
  socket.once('close', () => onward.destroy());
  onward.once('close', () => socket.destroy());
}

/** The request as it came, with the caller's own word about its address replaced by ours. */
function handshakeOf({ method, url, rawHeaders, socket }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.toLowerCase() !== PEER_HEADER) lines.push(`${name}: ${rawHeaders[at + 1]}`);
  }
  lines.push(`${PEER_HEADER}: ${socket.remoteAddress ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
