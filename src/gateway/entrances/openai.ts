import type { FastifyReply, FastifyRequest } from 'fastify';
import { dialectOfHeaders, handleModels, handleOneModel, isOwnModel } from '../models.ts';
import {
  JSON_OPERATIONS,
  OPERATION_SUMMARIES,
  type Operation,
  openAiOperation,
} from '../operations.ts';
import { styleOf } from '../reply-style.ts';
import { ANY_METHOD, answers, type Entrance, rawRoute, TAGS } from './entrance.ts';

/** OpenAI's API below `/v1` and, for clients of Azure's newer API, below `/openai/v1`. */
export const openAiEntrance: Entrance = (app, gateway) => {
  for (const prefix of ['/v1', '/openai/v1']) {
    const below = (request: FastifyRequest): string => request.url.slice(prefix.length);
    for (const [path, operation] of Object.entries(JSON_OPERATIONS)) {
      const summary = OPERATION_SUMMARIES[path as keyof typeof JSON_OPERATIONS];
      app.post(
        prefix + path,
        { ...rawRoute('openai'), schema: { tags: TAGS, summary } },
        answers(gateway, 'openai', (request) => ({ operation, path: below(request) })),
      );
    }
    const passThrough = answers(gateway, 'openai', (request) => ({
      operation: 'passthrough' satisfies Operation,
      path: below(request),
    }));
    app.route({
      method: ANY_METHOD,
      url: `${prefix}/*`,
      ...rawRoute('openai'),
      schema: {
        tags: TAGS,
        summary: 'Any other path of the provider, passed through and recorded',
      },
      handler: (request, reply) => {
        const path = below(request);
        const id = request.method === 'GET' ? modelId(path) : null;
        if (id === null) return passThrough(request, reply);
        const dialect = dialectOfHeaders(request.headers);
        if (dialect === 'openai' && !isOwnModel(gateway, request.auth.projectId, id)) {
          return passThrough(request, reply);
        }
        const ask = { dialect, operation: 'models', path, style: styleOf(dialect) } as const;
        return handleOneModel(gateway, { request, reply, ask }, id);
      },
    });
  }
  app.get(
    '/openai/v1/models',
    { ...rawRoute('openai'), schema: { tags: TAGS, summary: 'Models, for clients of Azure' } },
    (request, reply) => handleModels(gateway, { request, reply }, '/models'),
  );
  azureRoutes(app, gateway);
};

/** Azure's older paths: the deployment names the model, the query the version of the API. */
const azureRoutes: Entrance = (app, gateway) => {
  app.post<{ Params: { deployment: string; '*': string } }>(
    '/openai/deployments/:deployment/*',
    {
      ...rawRoute('openai'),
      schema: { tags: TAGS, summary: 'Calls of Azure OpenAI clients, by deployment' },
    },
    (request: FastifyRequest, reply: FastifyReply) => azureCall(request, reply),
  );
  const azureCall = answers(gateway, 'openai', (request) => {
    const [, deployment = '', path = ''] =
      /^\/openai\/deployments\/([^/?]+)(\/.*)$/.exec(request.url) ?? [];
    return { operation: openAiOperation(path), path, model: decoded(deployment) };
  });
};

/** The model that a path `/models/{id}` names; null for any other path. Names may hold slashes. */
function modelId(path: string): string | null {
  const [plain = ''] = path.split('?', 1);
  return plain.startsWith('/models/') ? decoded(plain.slice('/models/'.length)) : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
