import { isDemoModel } from '../providers/demo/answer.ts';
import type { DialectId } from '../providers/dialect.ts';
import type { ListedModel, RoutePlan } from '../routing/router.ts';
import { readContext } from './call-context.ts';
import type { Exchange } from './exchange.ts';
import type { Gateway } from './gateway.ts';
import { type Ask, KnownRequest } from './known-request.ts';
import { writeModel, writeModels } from './model-list.ts';
import { type AskedCall, type Incoming, withExchange } from './open-exchange.ts';
import { type ReplyStyle, styleOf } from './reply-style.ts';
import { NO_FIELDS } from './scan-request.ts';
import { Tries } from './tries.ts';

/**
 * `GET /v1/models` for OpenAI clients: what callers may name as a model, with the list of the provider that
 * serves unnamed models. Without such a provider: our own list; its errors stay as they are.
 */
export async function handleModels(
  gateway: Gateway,
  incoming: Incoming,
  path: string,
): Promise<void> {
  const own = gateway.router.models(incoming.request.auth.projectId);
  const ask: Ask = { dialect: 'openai', operation: 'models', path, style: mergedStyle(own) };
  await withExchange(gateway, { ...incoming, ask }, (exchange) => {
    const { raw } = incoming.request;
    exchange.facts.context = readContext(raw.headers, incoming.request.auth.keyId);
    const plan = providerOf(gateway, exchange);
    if (plan === null) {
      answerOwn(exchange, JSON.stringify(writeModels('openai', own)));
      return;
    }
    const known = new KnownRequest({ raw, method: 'GET', ask, body: null, fields: NO_FIELDS });
    new Tries({ exchange, request: known, plan, send: gateway.send }).start();
  });
}

/** The way to the provider whose own list is shown too; null when there is none that speaks OpenAI. */
function providerOf(gateway: Gateway, { call }: Exchange): RoutePlan | null {
  try {
    const plan = gateway.router.plan({
      projectId: call.projectId,
      model: null,
      operation: 'models',
      dialect: 'openai',
      sessionId: null,
      userId: null,
    });
    const [first] = plan.candidates;
    const lists = first?.provider.dialect === 'openai' && first.provider.kind === 'standard';
    return lists ? plan : null;
  } catch {
    // Whatever is wrong with the provider: our own list can be told.
    return null;
  }
}

/** The list of models in any other dialect: our own. */
export async function handleOwnModels(gateway: Gateway, asked: AskedCall): Promise<void> {
  const models = gateway.router.models(asked.request.auth.projectId);
  await withExchange(gateway, asked, (exchange) => {
    answerOwn(exchange, JSON.stringify(writeModels(asked.ask.dialect, models)));
  });
}

/** One model of ours by its name; null when it is not ours to tell. */
export function findModel(gateway: Gateway, projectId: string, id: string): ListedModel | null {
  return gateway.router.models(projectId).find((model) => model.id === id) ?? null;
}

/** One of the models that we list ourselves, or that nobody has one of this name. */
export async function handleOneModel(
  gateway: Gateway,
  asked: AskedCall,
  id: string,
): Promise<void> {
  const model = findModel(gateway, asked.request.auth.projectId, id);
  await withExchange(gateway, asked, (exchange) => {
    exchange.facts.model = id;
    if (model !== null) {
      answerOwn(exchange, JSON.stringify(writeModel(asked.ask.dialect, model)));
      return;
    }
    exchange.refuse({
      code: 'model_not_found',
      errorType: 'invalid_request',
      errorMessage: `The model ${id} does not exist.`,
      field: 'model',
    });
  });
}

/** Whether a model is told by us: one of the built-in ones, or one that is set up here. */
export function isOwnModel(gateway: Gateway, projectId: string, id: string): boolean {
  return isDemoModel(id) || findModel(gateway, projectId, id) !== null;
}

/** Answers from what is known here, without any provider. */
export function answerOwn(exchange: Exchange, body: string): void {
  exchange.facts.provider = 'lqo';
  const bytes = Buffer.from(body);
  const response = {
    text: body,
    encoding: 'utf8',
    contentType: 'application/json',
    bytes: bytes.length,
    truncated: false,
  } as const;
  const { dialect } = exchange.style;
  const answered = { httpStatus: 200, response, dialect, usage: null } as const;
  const outcome = { errorType: null, errorMessage: null, code: null } as const;
  exchange.settle({ outcome, answered }, () => exchange.replyJson(200, body));
}

/** What servers without a list of models answer. */
const HAS_NO_LIST: ReadonlySet<number> = new Set([404, 405, 501]);

/** Codes of ours for a provider that is away. */
const AWAY: ReadonlySet<string | null> = new Set([
  'upstream_unreachable',
  'upstream_timeout',
  'upstream_truncated',
  'no_target_available',
]);

/**
 * The provider's list with our own at its end, or our own where it has none or is away; what it says itself
 * stays as it is.
 */
function mergedStyle(own: readonly ListedModel[]): ReplyStyle {
  return {
    ...styleOf('openai'),
    instead: ({ code }) => (AWAY.has(code) ? JSON.stringify(writeModels('openai', own)) : null),
    whole: ({ status, body }) =>
      HAS_NO_LIST.has(status)
        ? { status: 200, body: JSON.stringify(writeModels('openai', own)) }
        : { status, body: merged(status, body.toString('utf8'), own) },
  };
}

function merged(status: number, body: string, own: readonly ListedModel[]): string {
  if (status !== 200) return body;
  try {
    const list: unknown = JSON.parse(body);
    if (typeof list !== 'object' || list === null) return body;
    const data: readonly unknown[] = 'data' in list && Array.isArray(list.data) ? list.data : [];
    const ids = new Set(data.map(idOf));
    const further = own
      .filter(({ id }) => !ids.has(id))
      .map((model) => writeModel('openai', model));
    return JSON.stringify({ object: 'list', ...list, data: [...data, ...further] });
  } catch {
    return body;
  }
}

function idOf(model: unknown): unknown {
  return typeof model === 'object' && model !== null && 'id' in model ? model.id : null;
}

/** Which client asks for `/v1/models`, as its headers tell; OpenAI's where they tell nothing. */
export function dialectOfHeaders(headers: Readonly<Record<string, unknown>>): DialectId {
  if (headers['x-goog-api-key'] !== undefined || headers['x-goog-api-client'] !== undefined) {
    return 'gemini';
  }
  const anthropic = headers['anthropic-version'] ?? headers['x-api-key'];
  return anthropic === undefined ? 'openai' : 'anthropic';
}
