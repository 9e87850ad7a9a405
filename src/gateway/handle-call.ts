import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, asError } from '../core/errors.ts';
import { answerDemo, isDemoModel } from '../providers/demo/answer.ts';
import { askUsage, mustAskUsage } from './ask-usage.ts';
import { bareContext, readContext, withBodyFields } from './call-context.ts';
import { Exchange } from './exchange.ts';
import { forward } from './forward.ts';
import type { Gateway } from './gateway.ts';
import { upstreamHeaders } from './headers.ts';
import { KeptBody } from './kept-body.ts';
import type { Operation } from './operations.ts';
import { type Failure, refusal, SHUT_DOWN } from './outcome.ts';
import { playDemo } from './play-demo.ts';
import { takesUsageOption } from './provider-name.ts';
import { checkAnnouncedLength, hasBody, readBody, tapBody } from './read-body.ts';
import type { ReplyStyle } from './reply-style.ts';
import { NO_FIELDS, type RequestFields, scanRequest } from './scan-request.ts';

/** A request and its reply, taken out of Fastify's hands. */
export interface Incoming {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What is asked for, and how the reply is written. */
export interface Ask {
  readonly operation: Operation;
  /** Below `/v1`, with its query. */
  readonly path: string;
  readonly style: ReplyStyle;
}

interface AskedCall extends Incoming {
  readonly ask: Ask;
}

/** Refuses paths that could leave the provider's base path. */
const CLIMBS = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|\\|%5c/i;

/**
 * Forwards one call of the OpenAI dialect and records it. Every way it can go ends in exactly one record;
 * refusals of ours (`invalid_json`, `invalid_header`, `payload_too_large`, `upstream_not_configured`, …)
 * are recorded too.
 */
export async function handleCall(gateway: Gateway, incoming: Incoming, ask: Ask): Promise<void> {
  await withExchange(gateway, { ...incoming, ask }, async (exchange) => {
    const raw = incoming.request.raw;
    exchange.facts.context = readContext(raw.headers, incoming.request.auth.keyId);
    if (CLIMBS.test(ask.path.split('?', 1)[0] ?? '')) {
      throw new AppError('invalid_request', 'The path must not contain `.` or `..` segments.');
    }
    if (!hasBody(raw))
      return dispatchBytes(gateway, exchange, { raw, ask, body: null, fields: NO_FIELDS });
    if (!isJson(raw, ask.operation)) return streamThrough(gateway, exchange, { raw, ask });
    const body = await readTimed(gateway, exchange, raw);
    if (body === null) return;
    keepRequest(gateway, exchange, body);
    dispatchBytes(gateway, exchange, { raw, ask, body, fields: fieldsOf(body, ask.operation) });
  });
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
    exchange.refuse(failureOf(gateway, error));
  }
}

function openExchange(gateway: Gateway, { request, reply, ask }: AskedCall): Exchange {
  const { clock, upstream } = gateway;
  const call = {
    id: gateway.newId(),
    requestId: request.id,
    projectId: request.auth.projectId,
    receivedAtMs: Math.floor(clock.now() - reply.elapsedTime),
    arrivedAt: clock.monotonic() - reply.elapsedTime,
    operation: ask.operation,
    method: request.method,
    path: request.url,
  };
  const facts = {
    provider: upstream?.provider ?? 'none',
    model: null,
    stream: false,
    request: null,
    requestType: request.headers['content-type'] ?? null,
    requestEncoding: request.headers['content-encoding'] ?? null,
    context: bareContext(request.auth.keyId),
  };
  return new Exchange(gateway.tools, { call, facts, style: ask.style }, reply.raw);
}

function failureOf(gateway: Gateway, thrown: unknown): Failure {
  if (thrown instanceof AppError) return refusal(thrown);
  gateway.log.error({ err: asError(thrown) }, 'gateway failed');
  return {
    code: 'internal_error',
    errorType: 'unknown',
    errorMessage: 'The gateway failed; the cause is in its log.',
  };
}

function isJson(raw: IncomingMessage, operation: Operation): boolean {
  if ((raw.headers['content-encoding'] ?? 'identity') !== 'identity') return false;
  const type = raw.headers['content-type'];
  if (type === undefined) return operation !== 'passthrough';
  return /^[^;]*json/i.test(type) || (operation !== 'passthrough' && type.startsWith('text/plain'));
}

async function readTimed(
  gateway: Gateway,
  exchange: Exchange,
  raw: IncomingMessage,
): Promise<Buffer | null> {
  const before = gateway.clock.monotonic();
  const body = await readBody(raw, gateway.config.GATEWAY_MAX_BODY_BYTES);
  exchange.waitedForCaller(gateway.clock.monotonic() - before);
  return body;
}

/** Keeps the bounded copy of the request for the record. */
export function keepRequest(gateway: Gateway, exchange: Exchange, body: Buffer): void {
  const kept = new KeptBody(gateway.config.GATEWAY_KEEP_BODY_BYTES);
  kept.add(body);
  exchange.facts.request = kept;
}

function fieldsOf(body: Buffer, operation: Operation): RequestFields {
  if (operation !== 'passthrough') return scanRequest(body);
  try {
    return scanRequest(body);
  } catch {
    // A path we know nothing of: whether this body is right is the provider's to say.
    return NO_FIELDS;
  }
}

/** A request whose body is known. */
export interface KnownRequest {
  readonly raw: IncomingMessage;
  readonly ask: Ask;
  readonly body: Buffer | null;
  readonly fields: RequestFields;
}

/** Sends a request to whoever serves its model: the demo provider or the configured one. */
export function dispatchBytes(gateway: Gateway, exchange: Exchange, known: KnownRequest): void {
  const { body, fields, ask } = known;
  exchange.facts.model = fields.model;
  exchange.facts.stream = fields.stream;
  exchange.facts.context = withBodyFields(exchange.facts.context, fields);
  const demo = fields.model !== null && isDemoModel(fields.model);
  if (demo) exchange.facts.provider = 'demo';
  else requireUpstream(gateway);
  const asks = body !== null && mustAskUsage(ask.operation, fields);
  const hideUsage = asks && takesUsageOption(exchange.facts.provider);
  const sent = hideUsage && body !== null ? askUsage(body, fields) : body;
  exchange.dispatched(hideUsage);
  if (demo) {
    const path = `/v1${ask.path.split('?', 1)[0]}`;
    const text = sent?.toString('utf8') ?? '';
    playDemo(answerDemo({ method: exchange.call.method, path, body: text }), exchange);
    return;
  }
  const upstream = requireUpstream(gateway);
  const headers = upstreamHeaders(known.raw.rawHeaders, {
    authorization: upstream.authorization,
    plainAnswer: fields.stream || ask.style.whole !== null,
    contentLength: null,
  });
  forward(
    upstream,
    { method: exchange.call.method, path: ask.path, headers, body: sent },
    exchange,
  );
}

function streamThrough(
  gateway: Gateway,
  exchange: Exchange,
  { raw, ask }: { raw: IncomingMessage; ask: Ask },
): void {
  const limit = gateway.config.GATEWAY_MAX_BODY_BYTES;
  checkAnnouncedLength(raw, limit);
  const upstream = requireUpstream(gateway);
  const kept = new KeptBody(gateway.config.GATEWAY_KEEP_BODY_BYTES);
  exchange.facts.request = kept;
  const headers = upstreamHeaders(raw.rawHeaders, {
    authorization: upstream.authorization,
    plainAnswer: false,
    contentLength: raw.headers['content-length'] ?? null,
  });
  exchange.dispatched(false);
  const body = tapBody(raw, kept, limit);
  forward(upstream, { method: exchange.call.method, path: ask.path, headers, body }, exchange);
}

function requireUpstream(gateway: Gateway): NonNullable<Gateway['upstream']> {
  if (gateway.upstream !== null) return gateway.upstream;
  throw new AppError(
    'upstream_not_configured',
    'No provider is configured: set LLM_API_BASE_URL (for example https://api.openai.com/v1) and LLM_API_KEY and start again. The built-in model `demo/good` works without.',
  );
}
