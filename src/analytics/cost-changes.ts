import type { InteractionRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { lockActivity } from './roll-up.ts';
import { tallyInteractions, type UsageTally } from './tally.ts';

/** A stored call before and after it got another cost; nothing else of it differs. */
export interface RecostedCall {
  readonly before: InteractionRow;
  readonly after: InteractionRow;
}

/**
 * Corrects the roll-ups after calls were priced anew, in the transaction that changes their rows, with the tally that
 * counted them in: afterwards roll-ups are the sums of the rows again.
 */
export async function recountCosts(tx: Queryable, calls: readonly RecostedCall[]): Promise<void> {
  if (calls.length === 0) return;
  const projects = new Set(calls.map(({ after }) => after.projectId));
  // Nothing is counted in or out; the row is the lock that every writer of roll-ups holds.
  const none = { interactions: 0, scores: 0 };
  await lockActivity(tx, new Map([...projects].map((projectId) => [projectId, none])));
  const before = tallyInteractions(calls.map((call) => call.before)).usage;
  const after = tallyInteractions(calls.map((call) => call.after)).usage;
  const changes = differences(before, after);
  if (changes.length === 0) return;
  await tx.query(
    `update usage_rollups u set cost_micro_usd = u.cost_micro_usd + r.cost_micro_usd,
       unpriced = u.unpriced + r.unpriced
     from jsonb_to_recordset($1::text::jsonb) as r(project_id uuid, grain text, slice text, at timestamptz,
       provider text, model text, operation text, cost_micro_usd bigint, unpriced bigint)
     where u.project_id = r.project_id and u.grain = r.grain and u.slice = r.slice and u.at = r.at
       and u.provider = r.provider and u.model = r.model and u.operation = r.operation`,
    [jsonText(changes)],
  );
}

/** The same calls are tallied twice, so both lists have the same keys in the same order. */
function differences(before: readonly UsageTally[], after: readonly UsageTally[]): object[] {
  return after.flatMap((tally, place) => {
    const old = before[place];
    if (old === undefined) throw new Error('calls priced anew are not the same calls');
    const costMicroUsd = tally.costMicroUsd - old.costMicroUsd;
    const unpriced = tally.unpriced - old.unpriced;
    if (costMicroUsd === 0 && unpriced === 0) return [];
    const { projectId, grain, slice, at, provider, model, operation } = tally.key;
    const key = { project_id: projectId, grain, slice, at, provider, model, operation };
    return [{ ...key, cost_micro_usd: costMicroUsd, unpriced }];
  });
}
