import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../core/http.ts';

/** Paths that belong to programs: a wrong one there is a 404, never a page. */
const PROGRAM_PATH =
  /^\/(?:(?:api|v1|v1beta|otlp|openai|docs|ws|assets)(?:\/|$)|(?:metrics|health|ready|openapi\.json)$)/;
/** Names below `/assets/` hold a hash of their content, so they never change. */
const FOREVER = 'public, max-age=31536000, immutable';
/** Forms that the build laid beside the files, sent in their place to those who accept them. */
const COMPRESSED = /\.(?:br|gz)$/;
const A_WHILE = 'public, max-age=3600';

/** Answers a request for a page of the web app; null when it is none. */
export type SendPage = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null;

/**
 * Serves the built web app from `root`: hashed assets for good, other files for an hour, and its one
 * page, never cached, at `/`; each in the Brotli or gzip form that lies beside it, to those who
 * accept that. Without a build nothing is served.
 */
export async function staticFiles(app: App, root: string | null): Promise<SendPage> {
  if (root === null || !existsSync(join(root, 'index.html'))) return () => null;
  await app.register(fastifyStatic, {
    root,
    serve: false,
    cacheControl: false,
    preCompressed: true,
  });
  const options = { config: { public: true }, schema: { hide: true } };
  const sendIndex = (reply: FastifyReply): FastifyReply =>
    reply.header('cache-control', 'no-store').sendFile('index.html');

  app.get('/', options, (_request, reply) => sendIndex(reply));
  app.get<{ Params: { '*': string } }>('/assets/*', options, (request, reply) =>
    reply.header('cache-control', FOREVER).sendFile(`assets/${request.params['*']}`),
  );
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'index.html' || COMPRESSED.test(entry.name)) continue;
    app.get(`/${entry.name}`, options, (_request, reply) =>
      reply.header('cache-control', A_WHILE).sendFile(entry.name),
    );
  }
  return (request, reply) => (wantsPage(request) ? sendIndex(reply) : null);
}

function wantsPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  return (
    request.method === 'GET' &&
    (request.headers.accept ?? '').includes('text/html') &&
    !PROGRAM_PATH.test(path)
  );
}
