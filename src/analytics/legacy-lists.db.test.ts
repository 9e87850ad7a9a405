import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import type { InteractionRow } from '../interactions/record.ts';
import type { Database } from '../store/database.ts';
import { placeOfPage } from './bucket-page.ts';
import { logsOfUser, numberedEvaluations, numberedLogs } from './legacy-lists.ts';
import { rollUp } from './roll-up.ts';

const START_MS = Date.parse('2026-10-01T00:00:00Z');
const HOUR_MS = 3_600_000;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database);
});

/** Interactions of a few days in bursts, newest first; every third is of user `ann`, every second of model `b`. */
async function filled(): Promise<{ projectId: string; rows: InteractionRow[] }> {
  const projectId = randomUUID();
  const hours = [0, 0, 0, 1, 5, 5, 30, 30, 30, 30, 31, 54, 54, 54, 80, 80, 80, 80, 80, 80];
  const rows = hours.map((hour, at) =>
    interactionRow({
      projectId,
      createdAt: new Date(START_MS + hour * HOUR_MS + at * 60_000),
      userId: at % 3 === 0 ? 'ann' : 'bob',
      model: at % 2 === 0 ? 'a' : 'b',
      promptPreview: `prompt ${at}`,
    }),
  );
  const scores = rows.map((row, at) =>
    scoreRow(row, { value: (at % 5) / 4, nativeValue: 1 + (at % 5), reason: `reason ${at}` }),
  );
  const bodies = rows.map((row) => bodyRow(row, { responseText: `${row.promptPreview} answered` }));
  await record(database, batchOf({ interactions: rows, bodies, scores }), [insertRaw, rollUp]);
  return { projectId, rows: rows.toReversed() };
}

describe('numbered pages', () => {
  it('are those of the whole list, whichever page is asked for', async () => {
    const { projectId, rows } = await filled();
    for (const limit of [1, 3, 7, 100]) {
      for (let offset = 0; offset <= 24; offset += limit) {
        const page = { offset, limit };
        const { logs, total } = await numberedLogs(database, { projectId }, page);
        expect(total).toBe(20);
        expect(logs.map((log) => log.id)).toEqual(
          rows.slice(offset, offset + limit).map((row) => row.id),
        );
        const found = await numberedEvaluations(database, { projectId }, page);
        expect(found.total).toBe(20);
        expect(found.evaluations.map((evaluation) => evaluation.log_id)).toEqual(
          rows.slice(offset, offset + limit).map((row) => row.id),
        );
      }
    }
  });

  it('narrow to a model, a user or both', async () => {
    const { projectId, rows } = await filled();
    const page = { offset: 2, limit: 3 };
    const ofB = rows.filter((row) => row.model === 'b');
    const byModel = await numberedLogs(database, { projectId, model: 'b' }, page);
    expect(byModel.total).toBe(10);
    expect(byModel.logs.map(({ id }) => id)).toEqual(ofB.slice(2, 5).map(({ id }) => id));
    const ofAnn = rows.filter((row) => row.userId === 'ann');
    const byUser = await logsOfUser(database, { projectId, user: 'ann' }, page);
    expect(byUser.total).toBe(ofAnn.length);
    expect(byUser.logs.map(({ id }) => id)).toEqual(ofAnn.slice(2, 5).map(({ id }) => id));
    const both = await logsOfUser(database, { projectId, user: 'ann', model: 'b' }, page);
    expect(both.total).toBe(ofAnn.filter((row) => row.model === 'b').length);
    const nobody = await logsOfUser(database, { projectId, user: 'eve' }, page);
    expect(nobody).toEqual({ logs: [], total: 0 });
  });

  it('narrow evaluations to whole points', async () => {
    const { projectId } = await filled();
    const points = { min: 4, max: 5 };
    const page = { offset: 0, limit: 100 };
    const found = await numberedEvaluations(database, { projectId, points }, page);
    expect(found.total).toBe(8);
    expect(new Set(found.evaluations.map((row) => row.overall_score))).toEqual(new Set([4, 5]));
    const none = await numberedEvaluations(
      database,
      { projectId, points: { min: 4, max: 3 } },
      page,
    );
    expect(none).toEqual({ evaluations: [], total: 0 });
  });

  it('show texts, and both names of a field', async () => {
    const { projectId, rows } = await filled();
    const page = { offset: 0, limit: 1 };
    const { logs } = await numberedLogs(database, { projectId }, page);
    expect(logs[0]).toEqual({
      id: rows[0]?.id,
      created_at: rows[0]?.createdAt.toISOString(),
      user_id: 'bob',
      prompt: 'prompt 19',
      response: 'prompt 19 answered',
      model_version: 'b',
      latency_ms: 500,
      status: 'success',
    });
    const { evaluations } = await numberedEvaluations(database, { projectId }, page);
    expect(evaluations[0]).toMatchObject({
      log_id: rows[0]?.id,
      overall_score: 5,
      score_overall: 5,
      score_instruction_following: null,
      is_flagged: false,
      label: 'ok',
      judge_type: 'rule',
      judge_model: 'rules-1',
      comment: 'reason 19',
      comments: 'reason 19',
      log_prompt: 'prompt 19',
      log_model_version: 'b',
    });
  });

  it('count only days whose rows are still there', async () => {
    const { projectId, rows } = await filled();
    const cut = new Date(START_MS + 24 * HOUR_MS);
    await database.query('delete from interactions where project_id = $1 and created_at < $2', [
      projectId,
      cut,
    ]);
    const left = rows.filter((row) => row.createdAt >= cut).length;
    const { total } = await numberedLogs(database, { projectId }, { offset: 0, limit: 5 });
    expect(total).toBe(left);
  });
});

describe('the place of a page', () => {
  it('is where counting through all rows would end up', () => {
    const sizes = fc.array(fc.nat(20), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.nat(300), fc.integer({ min: 1, max: 50 }), (counts, offset, limit) => {
        const buckets = counts.map((rows, at) => ({
          from: new Date((100 - at) * HOUR_MS),
          to: new Date((101 - at) * HOUR_MS),
          rows,
        }));
        const all = buckets.flatMap(({ from, rows }) => Array.from({ length: rows }, () => from));
        const expected = all.slice(offset, offset + limit);
        const place = placeOfPage(buckets, { offset, limit });
        const inside = place === null ? [] : all.filter((at) => at < place.to && at >= place.from);
        const skip = place?.skip ?? 0;
        expect(inside.slice(skip, skip + limit)).toEqual(expected);
      }),
    );
  });
});
