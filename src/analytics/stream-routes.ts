import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { StreamMessage } from '../contract/access.ts';
import { ProjectQuery } from '../contract/common.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import type { ActivityFeed } from './activity-feed.ts';

const HEARTBEAT_MS = 15_000;
/** Streams end after this long and browsers come again, so that a revoked key or session stops reading. */
const MAX_STREAM_MS = 15 * 60_000;
/** Browsers open a stream per tab; beyond this somebody is up to no good. */
const MAX_STREAMS = 500;
/** A reader that lets this much pile up is dropped; it will come again. */
const MAX_WAITING_BYTES = 256 * 1024;

/**
 * `GET /api/v1/stream`: server-sent events about the caller's project. The stream says `: connected` once nothing will be
 * missed any more, sends a comment every 15 s, and ends when the server closes.
 */
export function streamRoutes(app: App, { feed }: { readonly feed: ActivityFeed }): void {
  const open = new Set<ServerResponse>();

  app.get(
    '/api/v1/stream',
    {
      config: { scope: 'read' },
      schema: {
        querystring: ProjectQuery,
        response: { 200: z.string().describe('text/event-stream of StreamMessage') },
        tags: ['analytics'],
        summary: 'New interactions, scores and alerts as they come (server-sent events)',
      },
    },
    async ({ auth }, reply) => {
      if (open.size >= MAX_STREAMS) {
        throw new AppError('too_many_requests', 'Too many streams are open.');
      }
      const response = beginStream(reply);
      open.add(response);
      const heartbeat = setInterval(() => send(response, ': still here\n\n'), HEARTBEAT_MS).unref();
      const goodbye = setTimeout(() => response.end(), MAX_STREAM_MS).unref();
      const closed = new Promise((resolve) => response.once('close', resolve));
      // A connection that breaks while we write ends in 'close' too; nobody needs the error.
      response.on('error', () => undefined);
      const leave = await feed.listen({
        projectId: auth.projectId,
        projectSlug: auth.projectSlug,
        receive: (message) => send(response, eventOf(message)),
      });
      send(response, ': connected\n\n');
      await closed;
      clearInterval(heartbeat);
      clearTimeout(goodbye);
      leave();
      open.delete(response);
    },
  );
  app.addHook('preClose', () => {
    feed.close();
    for (const response of open) response.end();
    return Promise.resolve();
  });
}

/** Takes the reply out of the framework's hands and sends its head, with the headers set so far. */
function beginStream(reply: FastifyReply): ServerResponse {
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  reply.hijack();
  reply.raw.writeHead(200, {
    ...Object.fromEntries(headers),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Buffering proxies (nginx) hold events back otherwise.
    'x-accel-buffering': 'no',
  });
  reply.raw.write('retry: 3000\n\n');
  return reply.raw;
}

function send(response: ServerResponse, text: string): void {
  if (response.writableEnded || response.destroyed) return;
  if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  else response.write(text);
}

function eventOf(message: StreamMessage): string {
  return `event: ${message.kind}\ndata: ${JSON.stringify(message)}\n\n`;
}
