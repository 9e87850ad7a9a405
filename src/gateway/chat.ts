import type { ChatError, ChatReply, ChatRequest } from '../contract/chat.ts';
import { readContext } from './call-context.ts';
import type { Gateway } from './gateway.ts';
import {
  type Ask,
  dispatchBytes,
  type Incoming,
  keepRequest,
  withExchange,
} from './handle-call.ts';
import { outcomeOfStatus } from './outcome.ts';
import { type ReplyStyle, statusOf, type WholeAnswer } from './reply-style.ts';
import { NO_FIELDS } from './scan-request.ts';

const PATH = '/chat/completions';

/**
 * `POST /chat`: one prompt, one answer, over the same path as any forwarded call. The record holds the chat
 * completion that was asked for, so readers need to know nothing of this endpoint.
 */
export async function handleChat(
  gateway: Gateway,
  incoming: Incoming,
  chat: ChatRequest,
): Promise<void> {
  const model = modelOf(chat.model_version, gateway.config.OPENAI_MODEL_MAIN);
  const ask: Ask = { operation: 'chat', path: PATH, style: chatStyle(chat.prompt, model) };
  await withExchange(gateway, { ...incoming, ask }, (exchange) => {
    const raw = incoming.request.raw;
    const context = readContext(raw.headers, incoming.request.auth.keyId);
    exchange.facts.context = { ...context, userId: context.userId ?? (chat.user_id || null) };
    exchange.facts.requestType = 'application/json';
    const messages = [{ role: 'user', content: chat.prompt }];
    const body = Buffer.from(JSON.stringify({ model, messages }));
    keepRequest(gateway, exchange, body);
    dispatchBytes(gateway, exchange, { raw, ask, body, fields: { ...NO_FIELDS, model } });
  });
}

function modelOf(asked: string | null | undefined, byDefault: string): string {
  const model = asked?.trim() ?? '';
  return model === '' || model === 'string' ? byDefault : model;
}

function chatStyle(prompt: string, model: string): ReplyStyle {
  const failed = (error: Pick<ChatError, 'id' | 'code' | 'detail' | 'latency_ms'>): string => {
    const { detail, code, id, latency_ms } = error;
    const body: ChatError = {
      detail,
      code,
      id,
      prompt,
      response: null,
      model_version: model,
      latency_ms,
      status: 'error',
    };
    return JSON.stringify(body);
  };
  return {
    error: (failure, id) =>
      failed({ id, code: failure.code, detail: failure.errorMessage, latency_ms: null }),
    // The answer is never streamed, so there is no event to end it with.
    lastEvent: () => '',
    whole(answer): { status: number; body: string } {
      const latency_ms = Math.round(answer.latencyMs * 1000) / 1000;
      const id = answer.interactionId;
      const outcome = outcomeOfStatus(answer.status, answer.body);
      if (outcome.errorType !== null) {
        const detail = outcome.errorMessage ?? 'The provider failed.';
        const status = answer.status === 429 ? 429 : statusOf(UPSTREAM_FAILED);
        return { status, body: failed({ id, code: outcome.errorType, detail, latency_ms }) };
      }
      const reply: ChatReply = {
        id,
        prompt,
        response: textOf(answer),
        model_version: model,
        latency_ms,
        status: 'success',
      };
      return { status: 200, body: JSON.stringify(reply) };
    },
  };
}

const UPSTREAM_FAILED = {
  code: 'upstream_unreachable',
  errorType: 'upstream_error',
  errorMessage: '',
} as const;

/** The text of the first choice; empty when the answer has none. */
function textOf(answer: WholeAnswer): string {
  try {
    const parsed: { choices?: { message?: { content?: unknown } }[] } = JSON.parse(
      answer.body.toString('utf8'),
    );
    const content = parsed.choices?.[0]?.message?.content;
    return typeof content === 'string' ? content : '';
  } catch {
    return '';
  }
}
