import type { ChatError, ChatReply, ChatRequest } from '../contract/chat.ts';
import { readContext } from './call-context.ts';
import { dispatchCall } from './dispatch-call.ts';
import type { Gateway } from './gateway.ts';
import { keepRequest } from './handle-call.ts';
import { type Ask, KnownRequest } from './known-request.ts';
import { type Incoming, withExchange } from './open-exchange.ts';
import { outcomeOfStatus } from './outcome.ts';
import type { ReplyStyle, WholeAnswer } from './reply-style.ts';
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
  const style = chatStyle(chat.prompt, model);
  const ask: Ask = { dialect: 'openai', operation: 'chat', path: PATH, style };
  await withExchange(gateway, { ...incoming, ask }, async (exchange) => {
    const { raw, ip } = incoming.request;
    const context = readContext(raw.headers, incoming.request.auth.keyId);
    exchange.facts.context = { ...context, userId: context.userId ?? (chat.user_id || null) };
    exchange.facts.requestType = 'application/json';
    const messages = [{ role: 'user', content: chat.prompt }];
    const body = Buffer.from(JSON.stringify({ model, messages }));
    keepRequest(gateway, exchange, body);
    exchange.facts.model = model;
    const fields = { ...NO_FIELDS, model };
    const known = new KnownRequest({ raw, method: 'POST', ask, body, fields });
    await dispatchCall(gateway, exchange, { known, headers: raw.headers, ip });
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
    dialect: 'openai',
    error: ({ code, message }, id) =>
      failed({ id, code: code ?? 'upstream_error', detail: message, latency_ms: null }),
    // The answer is never streamed, so there is no event to end it with.
    lastEvent: () => '',
    whole(answer): { status: number; body: string } {
      const latency_ms = Math.round(answer.latencyMs * 1000) / 1000;
      const id = answer.interactionId;
      const outcome = outcomeOfStatus(answer.status, answer.body);
      if (outcome.errorType !== null) {
        const detail = outcome.errorMessage ?? 'The provider failed.';
        const status = answer.status === 429 ? 429 : 502;
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
