import type { ChannelCatalogEntry } from '../contract/channels.ts';
import { ProjectQuery } from '../contract/common.ts';
import { CatalogReply, ScorePage, ScoreQuery } from '../contract/evaluation.ts';
import { NewScore, Score } from '../contract/interactions.ts';
import type { App } from '../core/http.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import { askedRange } from '../core/time-range.ts';
import { evaluatorCatalog } from './catalog.ts';
import { addScore, giverOf, type HumanScoreDeps } from './human-scores.ts';
import { listScores, toScore } from './list-scores.ts';

const tags = ['scores'];
const read = { scope: 'read' } as const;
const write = { scope: 'ingest' } as const;

export interface ScoreRoutesDeps extends HumanScoreDeps {
  /** The catalog's part about channels. */
  readonly channelKinds?: readonly ChannelCatalogEntry[];
}

/** Scores from outside, the list of scores, and the catalog of evaluators and channels. */
export function scoreRoutes(app: App, deps: ScoreRoutesDeps): void {
  listRoute(app, deps);
  app.post(
    '/api/v1/scores',
    {
      config: write,
      schema: {
        querystring: ProjectQuery,
        body: NewScore,
        response: { 201: Score },
        tags,
        summary: 'Adds a score given by a person or another program',
      },
    },
    async ({ auth, body }, reply) => {
      const row = await addScore(deps, giverOf(auth), body);
      return reply.code(201).send(toScore(row));
    },
  );
  app.get(
    '/api/v1/catalog',
    {
      config: read,
      schema: {
        response: { 200: CatalogReply },
        tags,
        summary: 'Evaluators and kinds of channels with their options',
      },
    },
    () => ({ evaluators: evaluatorCatalog(), channels: [...(deps.channelKinds ?? [])] }),
  );
}

function listRoute(app: App, { database, clock }: HumanScoreDeps): void {
  app.get(
    '/api/v1/scores',
    {
      config: read,
      schema: {
        querystring: ScoreQuery,
        response: { 200: ScorePage },
        tags,
        summary: 'Scores, newest first',
      },
    },
    async ({ auth, query }) => {
      const { interactionId, name, source, evaluator, flagged, limit } = query;
      const unbounded =
        interactionId !== undefined && query.from === undefined && query.to === undefined;
      const range = unbounded ? { from: null, to: null } : askedRange(query, clock.now());
      const rows = await listScores(database, auth.projectId, {
        ...range,
        ...{ interactionId, name, source, evaluator, flagged },
        limit: limit + 1,
        after: fromCursor(query.cursor),
      });
      const page = cutPage(rows, limit, ({ createdAt, id }) => ({ at: createdAt, id }));
      return { ...page, items: page.items.map(toScore) };
    },
  );
}
