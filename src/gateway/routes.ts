import type { FastifyReply, FastifyRequest } from 'fastify';
import { ChatError, ChatReply, ChatRequest } from '../contract/chat.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { handleChat } from './chat.ts';
import { anthropicEntrance } from './entrances/anthropic.ts';
import { type Entrance, TAGS } from './entrances/entrance.ts';
import { geminiEntrance } from './entrances/gemini.ts';
import { modelsEntrance } from './entrances/models.ts';
import { ollamaEntrance } from './entrances/ollama.ts';
import { openAiEntrance } from './entrances/openai.ts';
import { createGateway, type Gateway, type GatewayDeps } from './gateway.ts';
import { styleOf } from './reply-style.ts';

const ENTRANCES: readonly Entrance[] = [
  openAiEntrance,
  modelsEntrance,
  anthropicEntrance,
  geminiEntrance,
  ollamaEntrance,
];

/**
 * The gateway's routes: the APIs of OpenAI, Azure, Anthropic, Gemini and Ollama clients at their own paths,
 * any other path of OpenAI's and Gemini's as pass-through, and `POST /chat`. Expects `request.auth` to be
 * set before a handler runs.
 */
export function gatewayRoutes(app: App, deps: GatewayDeps): void {
  const gateway = createGateway(deps);
  chatRoute(app, gateway);
  app.register((scope, _options, done) => {
    // Bodies stay unread: the handlers take the raw bytes themselves.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, read) => read(null));
    scope.setErrorHandler(sendInDialect);
    for (const entrance of ENTRANCES) entrance(scope, gateway);
    done();
  });
}

/** What is refused before a handler runs (no key, wrong host) is told in the caller's dialect too. */
function sendInDialect(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { dialect } = request.routeOptions.config;
  // The server's own handler speaks OpenAI, and knows what else may be thrown.
  if (!(thrown instanceof AppError) || dialect === undefined || dialect === 'openai') throw thrown;
  const { status, code, message } = thrown;
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="lqo"');
  reply
    .code(status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(styleOf(dialect).error({ status, code, message, field: null }, request.id));
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
