import { answers, type Entrance, rawRoute, TAGS } from './entrance.ts';

/** Anthropic's Messages API. */
export const anthropicEntrance: Entrance = (app, gateway) => {
  app.post(
    '/v1/messages',
    {
      ...rawRoute('anthropic'),
      schema: { tags: TAGS, summary: 'Messages of Anthropic clients, streaming or not' },
    },
    answers(gateway, 'anthropic', ({ url }) => ({ operation: 'chat', path: url })),
  );
  app.post(
    '/v1/messages/count_tokens',
    {
      ...rawRoute('anthropic'),
      schema: { tags: TAGS, summary: 'Counts the tokens of a message, as Anthropic does' },
    },
    answers(gateway, 'anthropic', ({ url }) => ({ operation: 'count_tokens', path: url })),
  );
};
