import { z } from 'zod';
import {
  type ChangesQuery as Asked,
  ChangesQuery,
  ChangesReply,
  Marker,
  MarkerKind,
  MarkerPage,
  MarkersQuery,
  NewMarker,
} from '../contract/changes.ts';
import { Id, ProjectQuery } from '../contract/common.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { cutPage, fromCursor } from '../core/keyset.ts';
import { askedRange, type TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { attributeToJudge } from './judge-attribution.ts';
import { addMarker, listMarkers, type MarkerDeps, removeMarker } from './markers.ts';
import type { Measure, SliceQuestion } from './observed-slices.ts';
import { explainChange, withoutMetric } from './slice-changes.ts';

const tags = ['changes'];
const read = { scope: 'read' } as const;
const One = z.object({ id: Id });

/** A longer stretch is not taken apart: its parts are. */
const LONGEST_MS = 31 * 86_400_000;
const MOST_MARKERS = 100;

/** What changed between two periods, and the markers of what happened. */
export function changeRoutes(app: App, deps: MarkerDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/analytics/changes',
    {
      config: read,
      schema: {
        querystring: ChangesQuery,
        response: { 200: ChangesReply },
        tags,
        summary: 'Why a mean or rate differs from the time before: slices by contribution, markers',
      },
    },
    async ({ auth: { projectId }, query }) => {
      const { model, provider, route, prompt, user, tag, language } = query;
      const slice = { model, provider, route, prompt, user, tag, language };
      const after = askedRange(query, clock.now());
      const before = beforeOf(query, after);
      for (const { from, to } of [before, after]) {
        if (to.getTime() - from.getTime() > LONGEST_MS) {
          throw new AppError('invalid_request', 'A period must not be longer than 31 days.');
        }
      }
      const question = { projectId, measure: measureOf(query), slice, before, after };
      return tellChange(database, question);
    },
  );
  markerRoutes(app, deps);
}

function beforeOf({ beforeFrom, beforeTo }: Asked, after: TimeRange): TimeRange {
  const length = after.to.getTime() - after.from.getTime();
  const to = beforeTo ?? after.from.toISOString();
  const from = beforeFrom ?? new Date(Date.parse(to) - length).toISOString();
  return askedRange({ from, to }, after.from.getTime());
}

function measureOf({ metric, score, evaluator, passAt }: Asked): Measure {
  const usual = metric === 'flag_rate' ? null : 'overall';
  return { kind: metric, score: score ?? usual, evaluator: evaluator ?? null, passAt };
}

/**
 * What changed, with what happened from the beginning of the time before to the end of the one after, and the word on the
 * judge; markers alone where there is nothing to take apart.
 */
export async function tellChange(
  database: Queryable,
  question: Omit<SliceQuestion, 'measure'> & { readonly measure: Measure | null },
): Promise<ChangesReply> {
  const { projectId, measure, before, after } = question;
  const explanation =
    measure === null
      ? withoutMetric(before, after)
      : await explainChange(database, { ...question, measure });
  const markers = await listMarkers(database, {
    projectId,
    range: { from: before.from, to: after.to },
    kinds: null,
    after: null,
    limit: MOST_MARKERS,
  });
  const judge =
    measure === null ? null : await attributeToJudge(database, { projectId, measure }, explanation);
  return { ...explanation, markers, judge };
}

function markerRoutes(app: App, deps: MarkerDeps): void {
  const { database, clock } = deps;
  app.get(
    '/api/v1/markers',
    {
      config: read,
      schema: {
        querystring: MarkersQuery,
        response: { 200: MarkerPage },
        tags,
        summary: 'Deploys, and what else happened that charts should mark, newest first',
      },
    },
    async ({ auth: { projectId }, query }) => {
      const found = await listMarkers(database, {
        projectId,
        range: askedRange(query, clock.now()),
        kinds: kindsOf(query.kinds),
        after: fromCursor(query.cursor),
        limit: query.limit + 1,
      });
      return cutPage(found, query.limit, ({ at, id }) => ({ at: new Date(at), id }));
    },
  );
  app.post(
    '/api/v1/markers',
    {
      config: { scope: 'ingest' },
      schema: {
        querystring: ProjectQuery,
        body: NewMarker,
        response: { 201: Marker },
        tags,
        summary: 'Tells that something was deployed',
      },
    },
    async ({ auth: { projectId, actor }, body }, reply) =>
      reply.code(201).send(await addMarker(deps, { projectId, actor }, body)),
  );
  app.delete(
    '/api/v1/markers/:id',
    {
      config: { scope: 'admin' },
      schema: { querystring: ProjectQuery, params: One, tags, summary: 'Removes a deploy' },
    },
    async ({ auth: { projectId, actor }, params }, reply) => {
      await removeMarker(deps, { projectId, actor }, params.id);
      return reply.code(204).send();
    },
  );
}

function kindsOf(asked: string | undefined): MarkerKind[] | null {
  if (asked === undefined || asked === '') return null;
  return asked.split(',').map((word) => {
    const kind = MarkerKind.safeParse(word.trim());
    if (!kind.success) throw new AppError('invalid_request', 'There is no such kind of marker.');
    return kind.data;
  });
}
