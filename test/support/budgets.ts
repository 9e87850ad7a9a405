import { randomUUID } from 'node:crypto';
import type { BudgetAuthority } from '../../src/budgets/authority.ts';
import { bookCharges } from '../../src/budgets/book.ts';
import type { BudgetRule } from '../../src/budgets/budget.ts';
import { createBudgetKeeper, type ProcessBudgetKeeper } from '../../src/budgets/keeper.ts';
import type { Bill, Reservation, SpendQuestion } from '../../src/budgets/reserve.ts';
import type { BudgetSnapshot } from '../../src/budgets/snapshot.ts';
import type { Clock } from '../../src/core/clock.ts';
import { createLog } from '../../src/core/log.ts';
import type { BudgetCharge, InteractionRow, Usage } from '../../src/interactions/record.ts';
import type { Database } from '../../src/store/database.ts';
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
