import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import { bareContext, wantsWholeStream } from './call-context.ts';
import { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import type { Ask } from './known-request.ts';
import { failureOf, SHUT_DOWN } from './outcome.ts';

/** A request and its reply, taken out of Fastify's hands. */
export interface Incoming {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface AskedCall extends Incoming {
  readonly ask: Ask;
}

/** Opens the exchange of a call, runs `run` on it, and turns what is thrown into the caller's dialect. */
export async function withExchange(
  gateway: Gateway,
  incoming: AskedCall,
  run: (exchange: Exchange) => Promise<void> | void,
): Promise<void> {
  incoming.reply.hijack();
  const exchange = openExchange(gateway, incoming);
  try {
    if (gateway.inFlight.closing) exchange.refuse(SHUT_DOWN);
    else if (gateway.spool.accepting()) await run(exchange);
    else
      throw new AppError('spool_full', 'The spool is full; calls are refused until there is room.');
  } catch (error) {
    exchange.refuse(failureOf(gateway.log, error), retryHeaders(error));
  }
}

function openExchange(gateway: Gateway, { request, reply, ask }: AskedCall): Exchange {
  const { clock } = gateway;
  const call = {
    ...insideOf(request),
    id: idOf(request) ?? gateway.newId(),
    requestId: request.id,
    projectId: request.auth.projectId,
    receivedAtMs: Math.floor(clock.now() - reply.elapsedTime),
    arrivedAt: clock.monotonic() - reply.elapsedTime,
    operation: ask.operation,
    shape: ask.shape,
    method: request.method,
    path: request.url,
    dialect: ask.dialect,
  };
  const facts = {
    provider: 'none',
    model: null,
    servedModel: null,
    stream: false,
    wholeStream: wantsWholeStream(request.headers),
    request: null,
    requestType: request.headers['content-type'] ?? null,
    requestEncoding: request.headers['content-encoding'] ?? null,
    context: bareContext(request.auth.keyId),
    handling: {},
  };
  return new Exchange(gateway.tools, { call, facts, style: ask.style }, reply.raw);
}

/** Calls of the program itself are told apart by their credential, which nobody else can make. */
function insideOf({ auth }: FastifyRequest): { readonly origin?: 'judge' | 'run' } {
  return auth.purpose === undefined ? {} : { origin: auth.purpose };
}

/** The program names its own calls before it makes them: so it finds the answer again after a crash. */
function idOf({ auth, headers }: FastifyRequest): string | null {
  if (auth.purpose === undefined) return null;
  const id = headers['x-lqo-interaction-id'];
  return typeof id === 'string' && isUuid(id) ? id : null;
}

/** `retry-after` where the error says when it makes sense to come again. */
function retryHeaders(thrown: unknown): Record<string, string> {
  const details = thrown instanceof AppError ? thrown.details : null;
  if (typeof details !== 'object' || details === null) return {};
  const seconds = 'retryAfterSeconds' in details ? details.retryAfterSeconds : null;
  return typeof seconds === 'number' ? { 'retry-after': String(Math.ceil(seconds)) } : {};
}
