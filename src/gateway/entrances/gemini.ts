import type { FastifyRequest } from 'fastify';
import {
  isListStreamPath,
  isStreamPath,
  readPath,
  writePath,
} from '../../providers/gemini/path.ts';
import type { Ask } from '../known-request.ts';
import { handleOneModel, handleOwnModels } from '../models.ts';
import type { Operation } from '../operations.ts';
import { styleOf } from '../reply-style.ts';
import { ANY_METHOD, answers, type Entrance, rawRoute, TAGS } from './entrance.ts';

const METHODS: Readonly<Record<string, Operation>> = {
  generateContent: 'chat',
  streamGenerateContent: 'chat',
  countTokens: 'count_tokens',
  embedContent: 'embeddings',
  batchEmbedContents: 'embeddings',
};

/** Gemini's API under `/v1beta` and `/v1`: the path names model, method and streaming. */
export const geminiEntrance: Entrance = (app, gateway) => {
  const call = answers(gateway, 'gemini', geminiAsk);
  // Model names may hold slashes, so the rest of the path is one piece.
  for (const version of ['v1beta', 'v1']) {
    app.post(
      `/${version}/models/*`,
      {
        ...rawRoute('gemini'),
        schema: { tags: TAGS, summary: 'Content of Gemini clients, streaming or not' },
      },
      call,
    );
  }
  app.get(
    '/v1beta/models',
    { ...rawRoute('gemini'), schema: { tags: TAGS, summary: 'Models, for Gemini clients' } },
    (request, reply) => handleOwnModels(gateway, { request, reply, ask: listAsk(request) }),
  );
  app.get(
    '/v1beta/models/*',
    { ...rawRoute('gemini'), schema: { tags: TAGS, summary: 'One model, for Gemini clients' } },
    (request, reply) =>
      handleOneModel(gateway, { request, reply, ask: listAsk(request) }, idOf(request)),
  );
  app.route({
    method: ANY_METHOD,
    url: '/v1beta/*',
    ...rawRoute('gemini'),
    schema: { tags: TAGS, summary: 'Any other path of Gemini’s API, passed through and recorded' },
    handler: answers(gateway, 'gemini', ({ url }) => ({ operation: 'passthrough', path: url })),
  });
};

function geminiAsk({ url }: FastifyRequest): Omit<Ask, 'dialect' | 'style'> {
  const path = readPath(url);
  if (path === null) return { operation: 'passthrough', path: url };
  const operation = METHODS[path.method] ?? 'passthrough';
  return {
    operation,
    path: url,
    model: path.model,
    streams: isStreamPath(url),
    ...(isListStreamPath(url) && { shape: 'chat_list' }),
    pathFor: (model) => writePath({ ...path, model }),
  };
}

function listAsk({ url }: FastifyRequest): Ask {
  return { dialect: 'gemini', operation: 'models', path: url, style: styleOf('gemini') };
}

function idOf({ url }: FastifyRequest): string {
  const [plain = ''] = url.split('?', 1);
  const name = plain.slice('/v1beta/models/'.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
