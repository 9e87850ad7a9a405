import type { LightMyRequestResponse } from 'fastify';
import { recordDeed } from '../../src/access/audit.ts';
import type { InteractionRow, ScoreRow } from '../../src/interactions/record.ts';
import { recordAll, takeBackAll } from '../../src/record.ts';
import { calibrationRoutes } from '../../src/review/calibration-routes.ts';
import { reviewRoutes } from '../../src/review/routes.ts';
import type { Database } from '../../src/store/database.ts';
import { type TestApp, testApp } from './app.ts';
import { type TestClock, testClock } from './clock.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from './records.ts';

export const REVIEW_NOW = '2026-11-20T12:00:00.000Z';
const MINUTE_MS = 60_000;

/** A judged answer of a test: what the judge said, and whether it really is good. */
export interface GivenAnswer {
  readonly judge: number;
  readonly text?: string;
  readonly row?: Partial<InteractionRow>;
  readonly score?: Partial<ScoreRow>;
}

/** The server with the routes of review and calibration, at a time that stands still. */
export interface ReviewApp {
  readonly server: TestApp;
  readonly clock: TestClock;
  /** Stores answers of project `a` (or another) with a judge's score `overall`, one a minute, oldest first. */
  store(answers: readonly GivenAnswer[], projectId?: string): Promise<InteractionRow[]>;
  send(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    rest?: { readonly body?: object; readonly key?: string },
  ): Promise<LightMyRequestResponse>;
  clear(): Promise<void>;
}

export async function reviewApp(database: Database): Promise<ReviewApp> {
  const clock = testClock(REVIEW_NOW);
  const server = await testApp({
    database,
    clock,
    routes: (app, deps) => {
      reviewRoutes(app, { ...deps, record: recordAll, takeBack: takeBackAll });
      calibrationRoutes(app, { ...deps, recordDeed: (tx, deed) => recordDeed(tx, deps, deed) });
    },
  });
  return {
    server,
    clock,
    store: async (answers, projectId = server.a.id) => {
      const interactions = answers.map(({ row }, at) =>
        interactionRow({
          projectId,
          createdAt: new Date(clock.now() - (answers.length - at) * MINUTE_MS),
          ...row,
        }),
      );
      const bodies = interactions.map((row, at) =>
        bodyRow(row, { responseText: answers[at]?.text ?? row.responsePreview }),
      );
      const scores = interactions.map((row, at) =>
        scoreRow(row, {
          source: 'judge',
          evaluator: 'judge:quality',
          evaluatorVersion: '1 demo/judge',
          value: answers[at]?.judge ?? 1,
          details: { samplingProbability: 1 },
          ...answers[at]?.score,
        }),
      );
      await record(database, batchOf({ interactions, bodies, scores }), [recordAll]);
      return interactions;
    },
    send: (method, url, { body, key } = {}) =>
      server.inject({
        method,
        url,
        ...(body === undefined ? {} : { payload: body }),
        ...(key === undefined ? {} : { key }),
      }),
    clear: () =>
      database.exec(
        `truncate review_queues, review_items, review_labels, review_claims, calibration_bars, scores, interactions,
           interaction_bodies, score_rollups, usage_rollups, coverage_rollups, activity, evaluation_queue cascade`,
      ),
  };
}
