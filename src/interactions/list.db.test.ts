import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import type { Database } from '../store/database.ts';
import { type ListQuestion, listInteractions } from './list.ts';
import type { InteractionRow } from './record.ts';

const START_MS = Date.parse('2026-11-20T00:00:00Z');
const ROWS = 1_300;

let database: Database;
let rows: InteractionRow[];
const projectId = randomUUID();

beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database);
  rows = Array.from({ length: ROWS }, (_, at) =>
    interactionRow({
      projectId,
      createdAt: new Date(START_MS + at * 1000),
      promptPreview: at % 650 === 0 ? 'needle' : 'hay',
    }),
  );
  await record(database, batchOf({ interactions: rows }), [insertRaw]);
});

const question: ListQuestion = {
  projectId,
  range: { from: new Date(START_MS), to: new Date(START_MS + 86_400_000) },
  filters: { q: 'NEEDLE' },
  limit: 50,
  cursor: undefined,
};

/** A clock on which every look is far apart: the time to search is over after the first piece. */
function hurried(): () => number {
  let now = 0;
  return () => {
    now += 60_000;
    return now;
  };
}

async function walk(asked: ListQuestion, monotonic: () => number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await listInteractions(database, { ...asked, cursor }, monotonic);
    pages.push(page.rows.map((row) => row.id));
    cursor = page.nextCursor;
  }
  return pages;
}

describe('a search', () => {
  const needles = () => [rows[650]?.id, rows[0]?.id];

  it('looks at everything when there is time', async () => {
    expect(await walk(question, () => 0)).toEqual([needles()]);
  });

  it('ends early when time is over, and goes on where it stopped', async () => {
    const pages = await walk(question, hurried());
    expect(pages.length).toBeGreaterThan(2);
    expect(pages[0]).toEqual([]);
    expect(pages.flat()).toEqual(needles());
  });

  it('stops at a full page and loses nothing behind it', async () => {
    for (const monotonic of [() => 0, hurried()]) {
      const pages = await walk({ ...question, filters: { q: 'a' }, limit: 97 }, monotonic);
      expect(pages.flat()).toEqual(
        rows
          .toReversed()
          .filter((row) => row.promptPreview === 'hay' || row.responsePreview.includes('a'))
          .map((row) => row.id),
      );
      expect(Math.max(...pages.map((page) => page.length))).toBe(97);
    }
  });
});
