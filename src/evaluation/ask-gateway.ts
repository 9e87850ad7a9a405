import type { Clock } from '../core/clock.ts';
import { signInside } from '../core/inside-credential.ts';
import { type Ask, AskError, type AskRequest } from './ask.ts';
import { answerOf, refusalOf } from './read-reply.ts';

/** The way to our gateway: its base URL, and the key that signs credentials for it. */
export interface GatewayWay {
  readonly url: string;
  readonly key: Uint8Array;
}

export interface AskDeps {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Resolves once it is known; null in a program that reaches no gateway. */
  readonly way: () => Promise<GatewayWay | null>;
}

/** Credentials live a little longer than the call they are made for. */
const GRACE_MS = 60_000;

/** Asks models through our own gateway over HTTP; works from any thread and any role. */
export function createAsk({ fetch: send, clock, way }: AskDeps): Ask {
  return async (request) => {
    const gateway = await way();
    if (gateway === null) {
      throw new AskError(
        'unavailable',
        'No gateway is known to ask models through: set LQO_GATEWAY_URL.',
      );
    }
    const startedAt = clock.monotonic();
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const signals = request.signal === undefined ? [timeout] : [timeout, request.signal];
    try {
      const response = await send(new URL('/v1/chat/completions', gateway.url), {
        method: 'POST',
        headers: headersOf(request, gateway.key, clock.now()),
        body: JSON.stringify({
          ...request.parameters,
          model: request.model,
          messages: request.messages,
        }),
        signal: AbortSignal.any(signals),
        redirect: 'error',
      });
      const interactionId = response.headers.get('x-lqo-interaction-id');
      const body = await response.text();
      if (!response.ok) throw refusalOf(response, body, interactionId);
      const provider = response.headers.get('x-lqo-provider');
      const latencyMs = clock.monotonic() - startedAt;
      return { ...answerOf(body, interactionId), interactionId, provider, latencyMs };
    } catch (thrown) {
      if (thrown instanceof AskError) throw thrown;
      throw failureOf(thrown, timeout, request);
    }
  };
}

function failureOf(thrown: unknown, timeout: AbortSignal, request: AskRequest): AskError {
  const interactionId = request.interactionId ?? null;
  if (timeout.aborted) {
    const message = `${request.model} did not answer within ${request.timeoutMs} ms.`;
    return new AskError('timeout', message, { interactionId, cause: thrown });
  }
  const message = request.signal?.aborted
    ? 'The program stopped before the answer came.'
    : 'The gateway could not be reached.';
  return new AskError('unavailable', message, { interactionId, cause: thrown });
}

function headersOf(request: AskRequest, key: Uint8Array, nowMs: number): Record<string, string> {
  const { projectId, purpose, tags, metadata, prompt, context, interactionId } = request;
  const token = signInside(key, {
    projectId,
    purpose,
    expiresAtMs: Math.ceil(nowMs + request.timeoutMs + GRACE_MS),
  });
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    // A judge that is asked again is meant to be asked again; what may be reused is known here.
    'x-lqo-cache': 'off',
    ...(interactionId !== undefined && { 'x-lqo-interaction-id': interactionId }),
    ...(tags !== undefined && tags.length > 0 && { 'x-lqo-tags': headerText(tags.join(',')) }),
    ...(metadata !== undefined && { 'x-lqo-metadata': headerText(JSON.stringify(metadata)) }),
    ...(prompt !== undefined && { 'x-lqo-prompt': headerText(prompt) }),
    ...(context !== undefined &&
      context.length > 0 && {
        'x-lqo-context': Buffer.from(JSON.stringify(context)).toString('base64url'),
      }),
  };
}

/** UTF-8 as the bytes of a header. */
function headerText(text: string): string {
  return Buffer.from(text.replaceAll(/[\r\n\0]+/g, ' '), 'utf8').toString('latin1');
}
