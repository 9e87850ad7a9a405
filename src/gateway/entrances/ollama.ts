import type { FastifyRequest } from 'fastify';
import { asText } from '../../providers/json.ts';
import type { Gateway } from '../gateway.ts';
import { type Ask, parseBody } from '../known-request.ts';
import { answerOwn, findModel, handleOwnModels } from '../models.ts';
import { type AskedCall, withExchange } from '../open-exchange.ts';
import type { Operation } from '../operations.ts';
import { readBody } from '../read-body.ts';
import { styleOf } from '../reply-style.ts';
import { answers, type Entrance, rawRoute, TAGS } from './entrance.ts';

/** The version of Ollama's API that we speak; clients look whether it is new enough for what they want. */
const API_VERSION = '0.12.0';

const CALLS: Readonly<Record<string, { operation: Operation; shape?: string; summary: string }>> = {
  '/api/chat': { operation: 'chat', summary: 'Chat of Ollama clients, streaming or not' },
  '/api/generate': {
    operation: 'completions',
    shape: 'generate',
    summary: 'Completions of Ollama clients, streaming or not',
  },
  '/api/embed': { operation: 'embeddings', summary: 'Embeddings of Ollama clients' },
  '/api/embeddings': { operation: 'embeddings', summary: 'Embeddings of older Ollama clients' },
};

/** Ollama's own API. */
export const ollamaEntrance: Entrance = (app, gateway) => {
  for (const [path, { summary, ...ask }] of Object.entries(CALLS)) {
    app.post(
      path,
      { ...rawRoute('ollama'), schema: { tags: TAGS, summary } },
      answers(gateway, 'ollama', ({ url }) => ({
        ...ask,
        path: url,
        // Embeddings never stream, whatever the default of the others.
        ...(ask.operation === 'embeddings' && { streams: false }),
      })),
    );
  }
  app.get(
    '/api/tags',
    { ...rawRoute('ollama'), schema: { tags: TAGS, summary: 'Models, for Ollama clients' } },
    (request, reply) => handleOwnModels(gateway, { request, reply, ask: ownAsk(request) }),
  );
  app.get(
    '/api/ps',
    { ...rawRoute('ollama'), schema: { tags: TAGS, summary: 'Loaded models: none are told' } },
    (request, reply) =>
      answerJson(gateway, { request, reply, ask: ownAsk(request) }, { models: [] }),
  );
  app.get(
    '/api/version',
    { ...rawRoute('ollama'), schema: { tags: TAGS, summary: 'Version of the API spoken here' } },
    (request, reply) =>
      answerJson(gateway, { request, reply, ask: ownAsk(request) }, { version: API_VERSION }),
  );
  app.post(
    '/api/show',
    { ...rawRoute('ollama'), schema: { tags: TAGS, summary: 'What is known of one model' } },
    (request, reply) => showModel(gateway, { request, reply, ask: ownAsk(request) }),
  );
};

function ownAsk({ url }: FastifyRequest): Ask {
  return { dialect: 'ollama', operation: 'models', path: url, style: styleOf('ollama') };
}

async function answerJson(gateway: Gateway, asked: AskedCall, body: object): Promise<void> {
  await withExchange(gateway, asked, (exchange) => answerOwn(exchange, JSON.stringify(body)));
}

async function showModel(gateway: Gateway, asked: AskedCall): Promise<void> {
  await withExchange(gateway, asked, async (exchange) => {
    const { raw, auth } = asked.request;
    const body = await readBody(raw, gateway.config.GATEWAY_MAX_BODY_BYTES);
    if (body === null) return;
    const asJson = parseBody(body);
    const name = asText(asJson['model']) ?? asText(asJson['name']) ?? '';
    exchange.facts.model = name === '' ? null : name;
    if (findModel(gateway, auth.projectId, name) === null) {
      exchange.refuse({
        code: 'model_not_found',
        errorType: 'invalid_request',
        errorMessage: `model '${name}' not found`,
        field: 'model',
      });
      return;
    }
    const shown = { details: {}, model_info: {}, capabilities: ['completion', 'tools', 'vision'] };
    answerOwn(exchange, JSON.stringify(shown));
  });
}
