import { ChatError, ChatReply, ChatRequest } from '../contract/chat.ts';
import type { App } from '../core/http.ts';
import { findDialect } from '../providers/dialects.ts';
import { handleChat } from './chat.ts';
import { anthropicEntrance } from './entrances/anthropic.ts';
import { type Entrance, TAGS } from './entrances/entrance.ts';
import { geminiEntrance } from './entrances/gemini.ts';
import { modelsEntrance } from './entrances/models.ts';
import { ollamaEntrance } from './entrances/ollama.ts';
import { openAiEntrance } from './entrances/openai.ts';
import { createGateway, type Gateway, type GatewayDeps } from './gateway.ts';

const ENTRANCES: readonly Entrance[] = [
  openAiEntrance,
  modelsEntrance,
  anthropicEntrance,
  geminiEntrance,
  ...(findDialect('ollama') === null ? [] : [ollamaEntrance]),
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
    for (const entrance of ENTRANCES) entrance(scope, gateway);
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
