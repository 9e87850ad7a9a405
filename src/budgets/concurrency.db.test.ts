import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  billOf,
  granted,
  keeperWith,
  load,
  question,
  rule,
  snapshotOf,
} from '../../test/support/budgets.ts';
import { testClock } from '../../test/support/clock.ts';
import { testDatabase } from '../../test/support/database.ts';
import { createBudgetAuthority, HOLDER_DEAD_MS } from './authority.ts';
import type { BudgetRule } from './budget.ts';
import type { ProcessBudgetKeeper } from './keeper.ts';
import { RULE_COLUMNS } from './snapshot.ts';

const database = await testDatabase();
const clock = testClock('2026-11-21T12:00:00.000Z');
const authority = createBudgetAuthority({ database, clock });
let keepers: ProcessBudgetKeeper[] = [];
let budget: BudgetRule;

async function makeBudget(limitMicroUsd: number): Promise<BudgetRule> {
  const projectId = randomUUID();
  await database.query('insert into projects (id, slug, name) values ($1, $2, $2)', [
    projectId,
    projectId,
  ]);
  const made = rule({ id: randomUUID(), projectId, limitMicroUsd });
  await database.query(
    `insert into budgets (${RULE_COLUMNS}, updated_at) values ($1, $2, 'Team', 'project', '*', 'month', $3, 'block', 'block', true, $4, $4)`,
    [made.id, projectId, limitMicroUsd, new Date(0)],
  );
  return made;
}

function keeper(name?: string): ProcessBudgetKeeper {
  const made = keeperWith(authority, {
    clock,
    snapshot: snapshotOf([budget]),
    ...(name === undefined ? {} : { name }),
  });
  keepers.push(made);
  return made;
}

async function books(): Promise<{ spent: number; leased: number; held: number }> {
  const [row] = await database.query<{ spent: number; leased: number; held: number }>(
    `select spent_micro_usd as spent, leased_micro_usd as leased,
       (select coalesce(sum(micro_usd), 0) from budget_leases l where l.budget_id = a.budget_id) as held
     from budget_accounts a where budget_id = $1`,
    [budget.id],
  );
  return row ?? { spent: 0, leased: 0, held: 0 };
}

beforeEach(async () => {
  budget = await makeBudget(10_000);
});
afterEach(async () => {
  await Promise.all(keepers.map((one) => one.close()));
  keepers = [];
});

describe('given 200 calls at once', () => {
  it.each([1, 4])('lets %i processes spend the limit and no more', async (processes) => {
    const all = Array.from({ length: processes }, () => keeper());
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, async (_, call) => {
        const reservation = await all[call % processes]?.reserve(
          question(100, { projectId: budget.projectId }),
        );
        return reservation?.granted === true ? reservation : null;
      }),
    );
    const accepted = outcomes.filter((outcome) => outcome !== null);
    // A limit of 100 estimates; leases of several processes may leave less than one each unused.
    expect(accepted.length).toBeLessThanOrEqual(100);
    expect(accepted.length).toBeGreaterThan(100 - processes);
    for (const one of accepted) {
      const charges = one.settle(billOf(100));
      await load(database, charges, {
        projectId: budget.projectId,
        costMicroUsd: 100,
        createdAt: new Date(clock.now()),
      });
    }
    const { spent, leased, held } = await books();
    expect(spent).toBe(accepted.length * 100);
    expect(leased).toBe(held);
    expect(spent + leased).toBeLessThanOrEqual(10_000);
  });

  it('goes on while bills come in lower than their estimates', async () => {
    const all = Array.from({ length: 4 }, () => keeper());
    let accepted = 0;
    await Promise.all(
      Array.from({ length: 200 }, async (_, call) => {
        const reservation = await all[call % 4]?.reserve(
          question(500, { projectId: budget.projectId }),
        );
        if (reservation?.granted !== true) return;
        accepted += 1;
        const charges = reservation.settle(billOf(37));
        await load(database, charges, {
          projectId: budget.projectId,
          costMicroUsd: 37,
          createdAt: new Date(clock.now()),
        });
      }),
    );
    const { spent, leased, held } = await books();
    expect(spent).toBe(accepted * 37);
    expect(leased).toBe(held);
    expect(accepted).toBeGreaterThan(20);
    expect(spent + leased).toBeLessThanOrEqual(10_000);
  });
});

describe('given a process that dies', () => {
  it('books what it spooled, once, and lends the rest again', async () => {
    const doomed = keeper('doomed');
    const call = (): ReturnType<ProcessBudgetKeeper['reserve']> =>
      doomed.reserve(question(1000, { projectId: budget.projectId }));
    const charges = granted(await call()).settle(billOf(800));
    granted(await call());
    keepers = [];
    clock.pass(HOLDER_DEAD_MS + 1);
    await load(database, charges, {
      projectId: budget.projectId,
      costMicroUsd: 800,
      createdAt: new Date(clock.now()),
    });
    const heir = keeper();
    for (let n = 0; n < 9; n++) {
      granted(await heir.reserve(question(1000, { projectId: budget.projectId })));
    }
    const last = await heir.reserve(question(1000, { projectId: budget.projectId }));
    expect(last.granted).toBe(false);
    const { spent, leased, held } = await books();
    expect(spent).toBe(800);
    expect(leased).toBe(held);
  });

  it('still books what is loaded after its leases ended', async () => {
    const charges = granted(
      await keeper('late').reserve(question(1000, { projectId: budget.projectId })),
    ).settle(billOf(1000));
    keepers = [];
    clock.pass(HOLDER_DEAD_MS + 1);
    const other = keeper();
    granted(await other.reserve(question(10, { projectId: budget.projectId })));
    const before = await books();
    await load(database, charges, {
      projectId: budget.projectId,
      costMicroUsd: 1000,
      createdAt: new Date(clock.now()),
    });
    expect(await books()).toEqual({ ...before, spent: 1000 });
  });
});

describe('given a lease that is not used', () => {
  it('gives it back, so that others can have it', async () => {
    const idle = keeper();
    granted(await idle.reserve(question(9_000, { projectId: budget.projectId }))).settle(
      billOf(null, { free: true }),
    );
    const busy = keeper();
    const asks = question(5_000, { projectId: budget.projectId });
    expect((await busy.reserve(asks)).granted).toBe(false);
    clock.pass(1000);
    await idle.tick();
    await idle.tick();
    granted(await busy.reserve(asks));
  });
});
