import {
  Agent,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { Log } from '../core/log.ts';
import { forwardSockets } from './forward-sockets.ts';
import { PEER_HEADER } from './inner-server.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const CONNECTIONS = 256;

/**
 * Hands every request that no other route takes to the main process, which checks and answers it:
 * bodies and replies go through as they come, event streams included.
 */
export function forwardInside(app: App, to: { socketPath: string; log: Log }): void {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  app.addHook('onClose', async () => agent.destroy());
  forwardSockets(app, to);
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, read) => read(null));
    scope.route({
      method: METHODS,
      url: '/*',
      // The main process asks for credentials where they are needed.
      config: { public: true, crossOrigin: true },
      helmet: false,
      exposeHeadRoute: false,
      schema: { hide: true },
      handler: (request, reply) => {
        reply.hijack();
        pass(request.raw, reply.raw, { ...to, agent });
      },
    });
    done();
  });
}

function pass(
  incoming: IncomingMessage,
  response: ServerResponse,
  to: { socketPath: string; log: Log; agent: Agent },
): void {
  const { socketPath, agent } = to;
  const { method, url: path, headers } = incoming;
  const peer = incoming.socket.remoteAddress ?? '';
  const onward = openRequest(
    { socketPath, agent, method, path, headers: { ...headers, [PEER_HEADER]: peer } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    },
  );
  onward.once('error', (error) => {
    if (response.destroyed) return;
    to.log.warn({ err: error }, 'the main process did not answer');
    if (response.headersSent) response.destroy();
    else refuse(response);
  });
  response.once('close', () => onward.destroy());
  incoming.pipe(onward);
}

function refuse(response: ServerResponse): void {
  const { status, code, message } = new AppError(
    'shutting_down',
    'The main process does not answer at the moment; try again.',
  );
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error: { code, message, requestId: null, details: null } }));
}
