import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChatError, ChatReply, ChatRequest } from '../contract/chat.ts';
import type { App } from '../core/http.ts';
import { handleChat } from './chat.ts';
import { createGateway, type Gateway, type GatewayDeps } from './gateway.ts';
import { handleCall } from './handle-call.ts';
import { handleDemoModel, handleModels, isDemoModelPath } from './models.ts';
import { JSON_OPERATIONS, OPERATION_SUMMARIES, type Operation } from './operations.ts';
import { OPENAI_STYLE } from './reply-style.ts';

const PREFIX = '/v1';
/** Answers are for programs: headers that guard web pages would only cost time on every call. */
const RAW = { config: { scope: 'gateway', dialect: 'openai' }, helmet: false } as const;
const TAGS = ['gateway'];
const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The gateway's routes: the OpenAI dialect below `/v1`, any other path there as pass-through, and
 * `POST /chat`. Expects `request.auth` to be set before a handler runs.
 */
export function gatewayRoutes(app: App, deps: GatewayDeps): void {
  const gateway = createGateway(deps);
  chatRoute(app, gateway);
  app.register((scope, _options, done) => {
    // Bodies stay unread: the handlers take the raw bytes themselves.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, read) => read(null));
    openAiRoutes(scope, gateway);
    done();
  });
}

function chatRoute(app: App, gateway: Gateway): void {
  app.post(
    '/chat',
    {
      config: { scope: 'gateway' },
      schema: {
        tags: TAGS,
        summary: 'One prompt, one answer',
        body: ChatRequest,
        response: { 200: ChatReply, 429: ChatError, 502: ChatError, 504: ChatError },
      },
    },
    async (request, reply) => handleChat(gateway, { request, reply }, request.body),
  );
}

function openAiRoutes(app: App, gateway: Gateway): void {
  const call =
    (operation: Operation) =>
    (request: FastifyRequest, reply: FastifyReply): Promise<void> =>
      handleCall(
        gateway,
        { request, reply },
        { operation, path: below(request), style: OPENAI_STYLE },
      );
  for (const [path, operation] of Object.entries(JSON_OPERATIONS)) {
    const summary = OPERATION_SUMMARIES[path as keyof typeof JSON_OPERATIONS];
    app.post(PREFIX + path, { ...RAW, schema: { tags: TAGS, summary } }, call(operation));
  }
  app.get(
    `${PREFIX}/models`,
    { ...RAW, schema: { tags: TAGS, summary: 'Models: the provider’s and the demo ones' } },
    (request, reply) => handleModels(gateway, { request, reply }, below(request)),
  );
  const summary = 'Any other path of the provider, passed through and recorded';
  const passThrough = call('passthrough');
  app.route({
    method: ANY_METHOD,
    url: `${PREFIX}/*`,
    ...RAW,
    schema: { tags: TAGS, summary },
    handler: (request, reply) =>
      request.method === 'GET' && isDemoModelPath(below(request))
        ? handleDemoModel(gateway, { request, reply }, below(request))
        : passThrough(request, reply),
  });
}

/** The path below `/v1`, as it came: not decoded, with its query. */
function below(request: FastifyRequest): string {
  return request.url.slice(PREFIX.length);
}
