import { dialectOfHeaders, handleModels, handleOwnModels } from '../models.ts';
import { styleOf } from '../reply-style.ts';
import { type Entrance, rawRoute, TAGS } from './entrance.ts';

/** `GET /v1/models` belongs to three APIs: headers tell whose client asks. */
export const modelsEntrance: Entrance = (app, gateway) => {
  app.get(
    '/v1/models',
    {
      ...rawRoute('openai'),
      schema: { tags: TAGS, summary: 'Models: the provider’s and our own' },
    },
    (request, reply) => {
      const dialect = dialectOfHeaders(request.headers);
      if (dialect === 'openai') {
        return handleModels(gateway, { request, reply }, request.url.slice('/v1'.length));
      }
      const ask = {
        dialect,
        operation: 'models',
        path: request.url,
        style: styleOf(dialect),
      } as const;
      return handleOwnModels(gateway, { request, reply, ask });
    },
  );
};
