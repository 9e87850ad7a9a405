import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../core/http.ts';
import { MAX_HEADER_BYTES } from './header-limit.ts';

/** Says who called, on the way from a gateway process to the main one. Never taken from the network. */
export const PEER_HEADER = 'x-lqo-peer';

export interface InnerServer {
  readonly socketPath: string;
  close(): Promise<void>;
}

/**
 * Serves an app on a socket file that only this user can open: gateway processes send on what is not
 * theirs to answer. Requests look to the app as if they had come straight from their sender.
 */
export async function listenInside(app: App): Promise<InnerServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lqo-'));
  const socketPath = join(folder, 'main.sock');
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, noDelay: true },
    (request, response) => {
      restorePeer(request);
      app.routing(request, response);
    },
  );
  server.on('upgrade', (request, socket, head) => {
    restorePeer(request);
    app.server.emit('upgrade', request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return {
    socketPath,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A socket file has no addresses; what depends on the caller's (loopback, limits by IP) needs one. */
function restorePeer(request: IncomingMessage): void {
  const peer = request.headers[PEER_HEADER];
  delete request.headers[PEER_HEADER];
  Object.defineProperty(request.socket, 'remoteAddress', {
    value: typeof peer === 'string' ? peer : undefined,
    configurable: true,
  });
}
