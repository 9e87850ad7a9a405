import type { IncomingMessage } from 'node:http';
import { readContext, withBodyFields } from './call-context.ts';
import { dispatchCall } from './dispatch-call.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { KeptBody } from './kept-body.ts';
import { type Ask, KnownRequest } from './known-request.ts';
import { type Incoming, withExchange } from './open-exchange.ts';
import { checkAnnouncedLength, hasBody, readBody, tapBody } from './read-body.ts';
import { NO_FIELDS, type RequestFields, scanRequest } from './scan-request.ts';
import { assertStays } from './target-path.ts';
import { isPacked, unpackBody } from './unpack-body.ts';

/**
 * Answers one call of any dialect and records it. Every way it can go ends in exactly one record; refusals
 * of ours (`invalid_json`, `invalid_header`, `payload_too_large`, `rate_limit_exceeded`, …) are recorded too.
 */
export async function handleCall(gateway: Gateway, incoming: Incoming, ask: Ask): Promise<void> {
  await withExchange(gateway, { ...incoming, ask }, async (exchange) => {
    const { request } = incoming;
    const raw = request.raw;
    exchange.facts.context = readContext(raw.headers, request.auth.keyId);
    assertStays(ask.path);
    const known = await readRequest(gateway, exchange, { raw, ask });
    if (known === null) return;
    await dispatchCall(gateway, exchange, { known, headers: raw.headers, ip: request.ip });
  });
}

interface Arrived {
  readonly raw: IncomingMessage;
  readonly ask: Ask;
}

/** The request as far as it is read; null when the caller left before its end. */
async function readRequest(
  gateway: Gateway,
  exchange: Exchange,
  { raw, ask }: Arrived,
): Promise<KnownRequest | null> {
  const { method } = exchange.call;
  if (!hasBody(raw)) {
    const fields = withPath(NO_FIELDS, ask);
    noteFields(exchange, fields);
    return new KnownRequest({ raw, method, ask, body: null, fields });
  }
  if (!isRead(raw, ask)) return streamed(gateway, exchange, { raw, ask });
  const body = await readTimed(gateway, exchange, raw);
  if (body === null) return null;
  keepRequest(gateway, exchange, body);
  if (ask.operation !== 'passthrough') exchange.facts.requestType = jsonType(raw);
  const own = fieldsOf(body, ask);
  const fields = withPath(own, ask);
  noteFields(exchange, fields);
  const bodyModel = own.model;
  return new KnownRequest({ raw: withPlainBody(raw), method, ask, body, fields, bodyModel });
}

/** What the path says counts where the body says nothing. */
function withPath(fields: RequestFields, { model, streams }: Ask): RequestFields {
  if (model == null && streams === undefined) return fields;
  return { ...fields, model: fields.model ?? model ?? null, stream: streams ?? fields.stream };
}

function noteFields(exchange: Exchange, fields: RequestFields): void {
  exchange.facts.model = fields.model;
  exchange.facts.stream = fields.stream;
  exchange.facts.context = withBodyFields(exchange.facts.context, fields);
}

/**
 * Whether the body is read before it is sent. What models are asked always is, whatever its headers claim:
 * limits, budgets and routes depend on it, and `curl -d` calls JSON a form.
 */
function isRead(raw: IncomingMessage, { operation }: Ask): boolean {
  if (operation !== 'passthrough') return true;
  return !isPacked(raw.headers) && /^[^;]*json/i.test(raw.headers['content-type'] ?? '');
}

/** What the body was read as, whatever it was called. */
function jsonType({ headers }: IncomingMessage): string {
  const type = headers['content-type'] ?? '';
  return /json/i.test(type) ? type : 'application/json';
}

/** The request as if its body had come plain. */
function withPlainBody(raw: IncomingMessage): Pick<IncomingMessage, 'rawHeaders'> {
  if (!isPacked(raw.headers)) return raw;
  const { rawHeaders } = raw;
  const kept = rawHeaders.filter(
    (_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== 'content-encoding',
  );
  return { rawHeaders: kept };
}

async function readTimed(
  gateway: Gateway,
  exchange: Exchange,
  raw: IncomingMessage,
): Promise<Buffer | null> {
  const before = gateway.clock.monotonic();
  const body = await readBody(raw, gateway.config.GATEWAY_MAX_BODY_BYTES);
  exchange.times.waitedForCaller(gateway.clock.monotonic() - before);
  if (body === null || !isPacked(raw.headers)) return body;
  exchange.facts.requestEncoding = null;
  return await unpackBody(body, raw.headers, gateway.config.GATEWAY_MAX_BODY_BYTES);
}

/** Keeps the bounded copy of the request for the record. */
export function keepRequest(gateway: Gateway, exchange: Exchange, body: Buffer): void {
  const kept = new KeptBody(gateway.config.GATEWAY_KEEP_BODY_BYTES);
  kept.add(body);
  exchange.facts.request = kept;
}

function fieldsOf(body: Buffer, { operation, dialect }: Ask): RequestFields {
  if (operation !== 'passthrough') return scanRequest(body, dialect);
  try {
    return scanRequest(body, dialect);
  } catch {
    // A path we know nothing of: whether this body is right is the provider's to say.
    return NO_FIELDS;
  }
}

/** A body that is no JSON goes through as a stream. */
function streamed(gateway: Gateway, exchange: Exchange, { raw, ask }: Arrived): KnownRequest {
  const limit = gateway.config.GATEWAY_MAX_BODY_BYTES;
  checkAnnouncedLength(raw, limit);
  const kept = new KeptBody(gateway.config.GATEWAY_KEEP_BODY_BYTES);
  exchange.facts.request = kept;
  const fields = withPath(NO_FIELDS, ask);
  noteFields(exchange, fields);
  const contentLength = raw.headers['content-length'] ?? null;
  const { method } = exchange.call;
  const tap = (): ReturnType<typeof tapBody> => tapBody(raw, kept, limit);
  return new KnownRequest({ raw, method, ask, body: null, tap, contentLength, fields });
}
