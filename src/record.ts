import { recountCosts } from './analytics/cost-changes.ts';
import { rollUp, takeBack, takeBackScores } from './analytics/roll-up.ts';
import { bookCharges, correctSpending } from './budgets/book.ts';
import { enqueueEvaluations } from './evaluation/enqueue.ts';
import { recordExposures, takeBackExposures } from './experiments/record-exposures.ts';
import type { RecordStep } from './interactions/record.ts';
import { storeRecords } from './interactions/store-records.ts';
import type { RepricedCall } from './pricing/reprice.ts';
import { rollUpAttempts } from './routing/roll-up-attempts.ts';
import type { Queryable } from './store/database.ts';

/**
 * How everything is recorded, whoever brings it: rows, roll-ups, bills, exposures and the evaluation queue in
 * one transaction.
 */
export const recordAll: RecordStep = async (tx, batch) => {
  await storeRecords(tx, batch);
  await rollUp(tx, batch);
  await rollUpAttempts(tx, batch);
  await bookCharges(tx, batch);
  await recordExposures(tx, batch);
  await enqueueEvaluations(tx, batch);
};

/** Takes deleted interactions out of everything that counts them; what was tried and spent stays so. */
export const takeBackAll: RecordStep = async (tx, batch) => {
  await takeBack(tx, batch);
  await takeBackExposures(tx, batch);
};

/** Takes deleted scores out of everything that counts them, while their interactions stay. */
export const takeBackScoresAll: RecordStep = async (tx, batch) => {
  await takeBackScores(tx, batch);
  await takeBackExposures(tx, batch);
};

/** Corrects everything that has counted what calls cost, after they were priced anew. */
export async function recount(tx: Queryable, calls: readonly RepricedCall[]): Promise<void> {
  await recountCosts(tx, calls);
  await correctSpending(
    tx,
    calls.map(({ before, after }) => ({
      call: after,
      beforeMicroUsd: before.costMicroUsd,
      afterMicroUsd: after.costMicroUsd,
    })),
  );
}
