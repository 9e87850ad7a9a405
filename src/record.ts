import { rollUp } from './analytics/roll-up.ts';
import { enqueueEvaluations } from './evaluation/enqueue.ts';
import type { RecordStep } from './interactions/record.ts';
import { storeRecords } from './interactions/store-records.ts';

/** How everything is recorded, whoever brings it: rows, roll-ups and the evaluation queue in one transaction. */
export const recordAll: RecordStep = async (tx, batch) => {
  await storeRecords(tx, batch);
  await rollUp(tx, batch);
  await enqueueEvaluations(tx, batch);
};
