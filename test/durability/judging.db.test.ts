import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JudgesReply } from '../../src/contract/judges.ts';
import { testStore } from '../support/database.ts';
import { type RunningProgram, startProgram } from '../support/program.ts';

/** Interactions to judge; set `JUDGED_CALLS=1000` to try it at length. */
const CALLS = Number(process.env['JUDGED_CALLS'] ?? 60);
const KEY = 'lqo_provisioned_for_judging';

let databaseEnv: Record<string, string> = {};
let program: RunningProgram;

beforeAll(async () => {
  if (process.env['TEST_DATABASE'] === 'postgres') {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') databaseEnv = { DATABASE_URL: target.url };
  }
  program = await start();
});
afterAll(async () => {
  await program.kill();
  program.remove();
});

function start(dataDir?: string): Promise<RunningProgram> {
  return startProgram({
    env: { ...databaseEnv, LQO_API_KEY: KEY },
    ...(dataDir !== undefined && { dataDir }),
  });
}

async function call(path: string, init: { method?: string; body?: object } = {}): Promise<unknown> {
  const reply = await fetch(program.url + path, {
    method: init.method ?? 'GET',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
  });
  const body: unknown = await reply.json();
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}: ${JSON.stringify(body)}`);
  return body;
}

async function relevance(): Promise<
  JudgesReply['items'][number] & { spent: number; held: number }
> {
  const { items, budget } = JudgesReply.parse(await call('/api/v1/judges'));
  const item = items.find(({ rubric }) => rubric === 'relevance');
  if (item === undefined) throw new Error('no such rubric');
  return { ...item, spent: budget.spentMicroUsd, held: budget.reservedMicroUsd };
}

/** Asks again until the answer satisfies; the limit is the test's own time-out. */
async function until<T>(look: () => Promise<T>, satisfied: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (satisfied(seen)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const Page = z.object({
  items: z.array(
    z.looseObject({
      id: z.string(),
      origin: z.string(),
      status: z.string(),
      costMicroUsd: z.number().nullable(),
      metadata: z.record(z.string(), z.string()).optional(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

const Ledger = z.looseObject({ accepted: z.number(), stored: z.number() });

async function ledger(): Promise<z.infer<typeof Ledger>> {
  return Ledger.parse(await call('/api/v1/ledger'));
}

async function everything(path: string): Promise<z.infer<typeof Page>['items']> {
  const items: z.infer<typeof Page>['items'] = [];
  let cursor = '';
  for (;;) {
    const page = Page.parse(await call(`${path}&limit=200${cursor}`));
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

const ScorePage = z.object({
  items: z.array(z.object({ interactionId: z.string(), details: z.looseObject({}).nullable() })),
  nextCursor: z.string().nullable(),
});

async function judged(): Promise<z.infer<typeof ScorePage>['items']> {
  const items: z.infer<typeof ScorePage>['items'] = [];
  let cursor = '';
  for (;;) {
    const path = `/api/v1/scores?source=judge&limit=200${cursor}`;
    const page = ScorePage.parse(await call(path));
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

describe('given a program that is killed while it judges', () => {
  it('judges every interaction once and pays for no answer twice', {
    timeout: 900_000,
  }, async () => {
    await call('/api/v1/judges/settings', {
      method: 'PUT',
      body: {
        dailyBudgetMicroUsd: 100_000_000,
        concurrency: 8,
        perMinute: 100_000,
        model: 'demo/judge',
      },
    });
    await call('/api/v1/rubrics/relevance/plan', {
      method: 'PUT',
      body: { enabled: true, sampling: { base: 1 } },
    });
    for (let at = 0; at < CALLS; at += 20) {
      const some = Array.from({ length: Math.min(20, CALLS - at) }, (_, place) =>
        call('/v1/chat/completions', {
          method: 'POST',
          body: {
            model: 'demo/good',
            messages: [{ role: 'user', content: `What is ${at + place} x 7?` }],
          },
        }),
      );
      await Promise.all(some);
    }
    await until(relevance, ({ today }) => today.judged >= CALLS / 4);
    await program.kill();
    program = await start(program.dataDir);
    const done = await until(
      relevance,
      ({ today, waiting, setAside }) =>
        // Killed between keeping a verdict and writing its scores, the verdict is known at the next try.
        today.judged + today.reused + setAside >= CALLS && waiting === 0,
    );
    expect(done).toMatchObject({ setAside: 0, held: 0 });
    const scores = await judged();
    expect(new Set(scores.map(({ interactionId }) => interactionId)).size).toBe(CALLS);
    expect(scores).toHaveLength(CALLS);
    await until(ledger, ({ accepted, stored }) => accepted === stored);
    const calls = await everything('/api/v1/interactions?origin=judge&status=success');
    // Every recorded answer became the score of one interaction: none was asked for again.
    expect(calls).toHaveLength(CALLS);
    const cost = calls.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0);
    expect(done.spent).toBe(cost);
  });
});
