import { randomUUID } from 'node:crypto';
import {
  type BudgetAuthority,
  type LeaseQuestion,
  type LeaseReply,
  sliceOf,
} from '../../src/budgets/authority.ts';
import { bookCharges } from '../../src/budgets/book.ts';
import { accountText, type BudgetRule } from '../../src/budgets/budget.ts';
import { createBudgetKeeper, type ProcessBudgetKeeper } from '../../src/budgets/keeper.ts';
import type { LeaseRelease } from '../../src/budgets/leases.ts';
import type { Bill, Reservation, SpendQuestion } from '../../src/budgets/reserve.ts';
import type { BudgetSnapshot } from '../../src/budgets/snapshot.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import type { BudgetCharge, InteractionRow, Usage } from '../../src/interactions/record.ts';
import type { Database } from '../../src/store/database.ts';
import { type TestClock, testClock } from './clock.ts';
import { batchOf, interactionRow } from './records.ts';

/** The model of these tests costs one micro-dollar a token, in and out. */
export const MODEL = 'penny';

export const PROJECT = '01990000-0000-7000-8000-00000000000a';

export function rule(given: Partial<BudgetRule> = {}): BudgetRule {
  return {
    id: '01990000-0000-7000-8000-0000000000b1',
    projectId: PROJECT,
    name: 'Team',
    scope: 'project',
    match: '*',
    period: 'month',
    limitMicroUsd: 10_000,
    onExceeded: 'block',
    unpriced: 'block',
    enabled: true,
    createdAtMs: 0,
    ...given,
  };
}

export function snapshotOf(budgets: readonly BudgetRule[], version = 1): BudgetSnapshot {
  const projects = [...new Set(budgets.map(({ projectId }) => projectId))];
  return {
    version,
    budgets,
    levels: [],
    prices: projects.map((projectId) => ({
      id: randomUUID(),
      projectId,
      provider: null,
      model: MODEL,
      validFromMs: 0,
      validToMs: null,
      inputUsdPerMillion: 1,
      cachedInputUsdPerMillion: null,
      cacheWriteInputUsdPerMillion: null,
      outputUsdPerMillion: 1,
      audioInputUsdPerMillion: null,
      audioOutputUsdPerMillion: null,
    })),
  };
}

/** A call whose estimate is exactly `microUsd`. */
export function question(microUsd: number, given: Partial<SpendQuestion> = {}): SpendQuestion {
  return {
    interactionId: randomUUID(),
    projectId: PROJECT,
    keyId: null,
    userId: null,
    model: MODEL,
    candidates: [{ provider: 'house', model: MODEL }],
    inputBytes: 0,
    maxOutputTokens: microUsd,
    ...given,
  };
}

export function billOf(microUsd: number | null, given: Partial<Bill> = {}): Bill {
  return {
    usage: microUsd === null ? null : tokens(microUsd),
    provider: 'house',
    model: MODEL,
    free: false,
    ...given,
  };
}

export function tokens(output: number): Usage {
  return {
    input: 0,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output,
    reasoning: null,
    audioOutput: null,
    source: 'reported',
  };
}

export function keeperWith(
  authority: BudgetAuthority,
  given: { clock: Clock; snapshot: BudgetSnapshot; name?: string },
): ProcessBudgetKeeper {
  let names = 0;
  const base = given.name ?? randomUUID();
  const keeper = createBudgetKeeper({
    authority,
    clock: given.clock,
    log: createLog('silent'),
    newHolder: () => `${base}.${++names}`,
  });
  keeper.replace(given.snapshot);
  return keeper;
}

export type Granted = Extract<Reservation, { granted: true }>;

export function granted(reservation: Reservation): Granted {
  if (!reservation.granted) throw new Error(`refused: ${reservation.message}`);
  return reservation;
}

/** Loads one call with its charges, as the loader does. */
export async function load(
  database: Database,
  charges: readonly BudgetCharge[],
  given: Partial<InteractionRow> & Pick<InteractionRow, 'projectId'>,
): Promise<void> {
  const row = interactionRow(given);
  await database.transaction((tx) =>
    bookCharges(
      tx,
      batchOf({
        interactions: [row],
        charges: [{ interactionId: row.id, projectId: row.projectId, charges }],
      }),
    ),
  );
}

/** The authority's arithmetic in memory, with the loader's side of the books. */
export class MemoryAuthority implements BudgetAuthority {
  readonly leases = new Map<string, number>();
  questions = 0;
  spent = 0;
  away = false;
  readonly #limits: Map<string, number>;

  constructor(rules: readonly BudgetRule[]) {
    this.#limits = new Map(rules.map(({ id, limitMicroUsd }) => [id, limitMicroUsd]));
  }

  get leased(): number {
    return [...this.leases.values()].reduce((sum, one) => sum + one, 0);
  }

  async lease(asked: LeaseQuestion): Promise<LeaseReply | null> {
    this.questions += 1;
    await Promise.resolve();
    if (this.away) throw new Error('away');
    const limitMicroUsd = this.#limits.get(asked.budgetId);
    if (limitMicroUsd === undefined) return null;
    const free = limitMicroUsd - this.spent - this.#leasedOf(accountText(asked));
    const grantedMicroUsd = sliceOf(free, asked);
    const key = `${accountText(asked)}|${asked.holder}`;
    this.leases.set(key, (this.leases.get(key) ?? 0) + grantedMicroUsd);
    const freeMicroUsd = Math.max(0, free - grantedMicroUsd);
    return { grantedMicroUsd, limitMicroUsd, spentMicroUsd: this.spent, freeMicroUsd };
  }

  giveBack(releases: readonly LeaseRelease[]): Promise<void> {
    if (this.away) return Promise.reject(new Error('away'));
    for (const release of releases) this.#release(release);
    return Promise.resolve();
  }

  beat(): Promise<void> {
    return this.away ? Promise.reject(new Error('away')) : Promise.resolve();
  }

  /** What the loader does with a call. */
  book(charges: readonly BudgetCharge[], costMicroUsd: number): void {
    this.spent += costMicroUsd;
    for (const charge of charges) this.#release(charge);
  }

  /** What becomes of the leases of a dead process. */
  bury(name: string): void {
    for (const key of [...this.leases.keys()]) {
      if (key.includes(`|${name}.`)) this.leases.delete(key);
    }
  }

  #leasedOf(account: string): number {
    return [...this.leases]
      .filter(([key]) => key.startsWith(`${account}|`))
      .reduce((sum, [, one]) => sum + one, 0);
  }

  #release(release: LeaseRelease): void {
    const key = `${accountText(release)}|${release.holder}`;
    const held = this.leases.get(key) ?? 0;
    this.leases.set(key, Math.max(0, held - release.microUsd));
  }
}

export interface Bench {
  readonly authority: MemoryAuthority;
  readonly clock: TestClock;
  keeper(name?: string): ProcessBudgetKeeper;
}

/** Keepers over an authority in memory; `closeAll` ends them after a test. */
export function budgetBench(): {
  bench(...rules: BudgetRule[]): Bench;
  closeAll(): Promise<void>;
} {
  let keepers: ProcessBudgetKeeper[] = [];
  function bench(...rules: BudgetRule[]): Bench {
    const authority = new MemoryAuthority(rules);
    const clock = testClock();
    return {
      authority,
      clock,
      keeper(name = 'one'): ProcessBudgetKeeper {
        const keeper = keeperWith(authority, { clock, snapshot: snapshotOf(rules), name });
        keepers.push(keeper);
        return keeper;
      },
    };
  }
  const closeAll = async (): Promise<void> => {
    await Promise.all(keepers.map((keeper) => keeper.close()));
    keepers = [];
  };
  return { bench, closeAll };
}
