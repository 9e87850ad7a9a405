import { DEMO_MODELS, isDemoModel } from '../providers/demo/answer.ts';
import type { Gateway } from './gateway.ts';
import { dispatchBytes, type Incoming, withExchange } from './handle-call.ts';
import { playDemo } from './play-demo.ts';
import { OPENAI_STYLE, type ReplyStyle } from './reply-style.ts';
import { NO_FIELDS } from './scan-request.ts';

/** An entry of `GET /v1/models`. `created` is 0: the demo models have always been there. */
function demoModel(id: string): Readonly<Record<string, unknown>> {
  return { id, object: 'model', created: 0, owned_by: 'lqo-demo' };
}

/** The provider's list with the demo models at its end; the provider's errors stay as they are. */
const MERGED: ReplyStyle = {
  ...OPENAI_STYLE,
  whole: ({ status, body }) => ({ status, body: withDemoModels(status, body.toString('utf8')) }),
};

/** `GET /v1/models`: what callers may name as a model. Without a provider: the demo models. */
export async function handleModels(
  gateway: Gateway,
  incoming: Incoming,
  path: string,
): Promise<void> {
  const raw = incoming.request.raw;
  const ask = { operation: 'models', path, style: MERGED } as const;
  await withExchange(gateway, { ...incoming, ask }, (exchange) => {
    if (gateway.upstream !== null) {
      dispatchBytes(gateway, exchange, { raw, ask, body: null, fields: NO_FIELDS });
      return;
    }
    exchange.facts.provider = 'demo';
    exchange.dispatched(false);
    playDemo(jsonAnswer(200, { object: 'list', data: [] }), exchange);
  });
}

/** `GET /v1/models/demo/…`: one of the built-in models. */
export async function handleDemoModel(
  gateway: Gateway,
  incoming: Incoming,
  path: string,
): Promise<void> {
  const ask = { operation: 'models', path, style: OPENAI_STYLE } as const;
  const id = decodeURIComponent(path.slice('/models/'.length).split('?', 1)[0] ?? '');
  await withExchange(gateway, { ...incoming, ask }, (exchange) => {
    exchange.facts.provider = 'demo';
    exchange.facts.model = id;
    exchange.dispatched(false);
    const known = DEMO_MODELS.some((model) => model === id);
    const message = `The model ${id} does not exist.`;
    const missing = {
      error: { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    };
    playDemo(known ? jsonAnswer(200, demoModel(id)) : jsonAnswer(404, missing), exchange);
  });
}

/** Whether a path below `/v1` names one of the built-in models. */
export function isDemoModelPath(path: string): boolean {
  return (
    path.startsWith('/models/') && isDemoModel(path.slice('/models/'.length).replace(/%2f/i, '/'))
  );
}

function jsonAnswer(status: number, body: unknown): Parameters<typeof playDemo>[0] {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    chunks: [{ delayMs: 0, text: JSON.stringify(body) }],
    ending: 'clean',
  };
}

function withDemoModels(status: number, body: string): string {
  if (status !== 200) return body;
  try {
    const list: unknown = JSON.parse(body);
    if (typeof list !== 'object' || list === null) return body;
    const data = 'data' in list && Array.isArray(list.data) ? list.data : [];
    return JSON.stringify({
      object: 'list',
      ...list,
      data: [...data, ...DEMO_MODELS.map(demoModel)],
    });
  } catch {
    return body;
  }
}
