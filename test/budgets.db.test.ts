import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../src/contract/budgets.ts';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

/** Budgets of the real program: gateway, spool, loader and database, on both databases. */
const databases: Record<string, string>[] = [];
const programs: RunningProgram[] = [];
const WORKERS = [1, 2] as const;

beforeAll(async () => {
  if (process.env['TEST_DATABASE'] !== 'postgres') return;
  for (const _ of WORKERS) {
    const target = (await testStore()).target();
    if (target.kind === 'postgres') databases.push({ DATABASE_URL: target.url });
  }
});
afterAll(async () => {
  for (const program of programs) {
    await program.kill();
    program.remove();
  }
});

async function send(
  { url, apiKey }: RunningProgram,
  path: string,
  body?: object,
): Promise<{ status: number; json: unknown; headers: Headers }> {
  const reply = await fetch(url + path, {
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: await reply.json(), headers: reply.headers };
}

const ask = (program: RunningProgram, n: number): ReturnType<typeof send> =>
  send(program, '/v1/chat/completions', {
    model: 'demo/good',
    max_tokens: 100,
    messages: [{ role: 'user', content: `Question ${n}: what are your opening hours?` }],
  });

/** Reads the budget until everything that was spooled is booked, and what processes held is given back. */
async function settled(program: RunningProgram, id: string): Promise<Budget> {
  for (;;) {
    const budget = Budget.parse((await send(program, `/api/v1/budgets/${id}`)).json);
    const ledger = (await send(program, '/api/v1/ledger')).json as { spooled: number };
    if (ledger.spooled === 0 && budget.current.reservedMicroUsd === 0) return budget;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

describe('given 200 calls at once and a budget for a part of them', () => {
  it.each(WORKERS)('spends no more than it allows, with %i gateway processes', async (workers) => {
    const env = { ...databases[workers - 1], LQO_WORKERS: String(workers) };
    const program = await startProgram({ env });
    programs.push(program);
    // A call is estimated at about 1,100 micro-dollars; the answers cost less.
    const limitMicroUsd = 30_000;
    const made = await send(program, '/api/v1/budgets', {
      name: 'Cap',
      scope: 'project',
      period: 'month',
      limitMicroUsd,
    });
    expect(made.status).toBe(201);
    const { id } = Budget.parse(made.json);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => ask(program, n)));
    const accepted = replies.filter(({ status }) => status === 200).length;
    const refused = replies.filter(({ status }) => status === 402);
    expect(accepted + refused.length).toBe(200);
    expect(accepted).toBeGreaterThan(0);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.json).toMatchObject({ error: { code: 'budget_exceeded' } });
    const budget = await settled(program, id);
    expect(budget.current.spentMicroUsd).toBeGreaterThan(0);
    expect(budget.current.spentMicroUsd).toBeLessThanOrEqual(limitMicroUsd);
    const costs = (await send(program, '/api/v1/analytics/summary')).json as {
      current: { costMicroUsd: number };
    };
    expect(budget.current.spentMicroUsd).toBe(costs.current.costMicroUsd);
    await program.stop();
  });
});
