import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../core/metrics.ts';

/** The client went away before the answer began (nginx's status for it). */
const CLIENT_CLOSED = 499;
const UNMATCHED = 'unmatched';
/** Seen by Node before our router; anything outside this list is one label. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Counts and times every request by route template, from its arrival to the close of its response:
 * the socket tells, so replies that a route took over (hijacked) and broken ones count too.
 */
export function createObserver(deps: { metrics: Metrics; clock: Clock }): onRequestHookHandler {
  const { clock } = deps;
  const { activeRequests, httpDuration, httpRequests } = deps.metrics.gateway;
  return (request, reply, done) => {
    const startedMs = clock.monotonic();
    activeRequests.inc();
    reply.raw.once('close', () => {
      const seconds = (clock.monotonic() - startedMs) / 1000;
      const method = METHODS.has(request.method) ? request.method : 'OTHER';
      const endpoint = request.routeOptions.url ?? UNMATCHED;
      const status = statusOf(reply);
      activeRequests.dec();
      httpRequests.inc({ method, endpoint, status });
      httpDuration.observe({ method, endpoint }, seconds);
      logCompletion(request, { status, seconds });
    });
    done();
  };
}

function statusOf(reply: FastifyReply): number {
  return reply.raw.headersSent ? reply.raw.statusCode : CLIENT_CLOSED;
}

/** Method and template only: paths and query strings can carry personal data. Calls of the gateway have a record of their own. */
function logCompletion(request: FastifyRequest, done: { status: number; seconds: number }): void {
  const { config, url: route = UNMATCHED } = request.routeOptions;
  const level = config?.scope === 'gateway' || config?.public === true ? 'debug' : 'info';
  const durationMs = Math.round(done.seconds * 1e5) / 100;
  request.log[level]({ method: request.method, route, status: done.status, durationMs }, 'request');
}
