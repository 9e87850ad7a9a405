import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { rollUp } from '../../src/analytics/roll-up.ts';
import type { InteractionRow, ScoreRow } from '../../src/interactions/record.ts';
import type { TestApp } from './app.ts';
import { insertRaw } from './raw-rows.ts';
import { batchOf, bodyRow, interactionRow, record, scoreRow } from './records.ts';

const HOUR_MS = 3_600_000;

export interface Made {
  readonly hoursAgo?: number;
  readonly given?: Partial<InteractionRow>;
  readonly scores?: readonly Partial<ScoreRow>[];
}

/** A project of a test's own, filled with interactions and scores that are counted, and a way to ask it. */
export async function projectWith(test: TestApp, nowMs: number, rows: readonly Made[]) {
  const id = randomUUID();
  await test.database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    id,
    `p-${id.slice(0, 13)}`,
  ]);
  const key = await test.key(id);
  const interactions: InteractionRow[] = [];
  for (const { hoursAgo = 0.1, given = {}, scores = [] } of rows) {
    const createdAt = new Date(nowMs - hoursAgo * HOUR_MS);
    const row = interactionRow({ projectId: id, createdAt, ...given });
    interactions.push(row);
    const batch = batchOf({
      interactions: [row],
      bodies: [bodyRow(row)],
      scores: scores.map((score) => scoreRow(row, score)),
    });
    await record(test.database, batch, [insertRaw, rollUp]);
  }
  return {
    id,
    interactions,
    async get(url: string) {
      const reply = await test.inject({ url, key });
      expect(reply.statusCode, reply.body).toBe(200);
      return reply.json();
    },
  };
}
