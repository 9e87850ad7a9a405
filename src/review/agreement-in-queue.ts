import type { ReviewAgreement } from '../contract/reviews.ts';
import { kappaOf } from '../statistics/agreement.ts';
import type { Interval } from '../statistics/intervals.ts';
import { krippendorffAlpha } from '../statistics/krippendorff.ts';
import type { Queryable } from '../store/database.ts';
import { accuracyOf, byEvaluator, levelPairs } from './calibrate.ts';
import type { JudgedPair } from './pairs.ts';
import type { QueueRow } from './queues.ts';
import { meanOf, pointValue } from './scales.ts';

interface QueuePair {
  readonly id: string;
  readonly person: number;
  readonly evaluator: string | null;
  readonly version: string | null;
  readonly judge: number | null;
}

/**
 * How far the people of a queue agree with each other, and with each evaluator that gave the same score to what they
 * have judged.
 */
export async function agreementIn(db: Queryable, queue: QueueRow): Promise<ReviewAgreement> {
  const labels = await db.query<{ id: string; natives: number[] }>(
    `select interaction_id as id, array_agg(native) as natives from review_labels
     where queue_id = $1 and native is not null group by interaction_id order by interaction_id limit 5000`,
    [queue.id],
  );
  const units = labels.map(({ natives }) =>
    natives.map((native) => pointValue(queue.scale, native)),
  );
  const metric = queue.scale === 'binary' ? 'nominal' : 'interval';
  const pairs = await pairsOf(db, queue);
  return {
    people: krippendorffAlpha(units, metric),
    evaluators: byEvaluator(pairs).map((group) => ({
      evaluator: group[0]?.evaluator ?? '',
      evaluatorVersion: group[0]?.evaluatorVersion ?? '',
      kappa: kappaIn(group),
      agreement: accuracyOf(group, 0.5).agreement,
    })),
  };
}

function kappaIn(group: readonly JudgedPair[]): Interval {
  const { value, n, low, high } = kappaOf(levelPairs(group, 0.5), { levels: 2, weights: 'none' });
  return { value, n, low, high };
}

async function pairsOf(db: Queryable, queue: QueueRow): Promise<JudgedPair[]> {
  const rows = await db.query<QueuePair>(
    `select distinct on (l.id, s.evaluator, s.evaluator_version) l.id, l.native as person,
       s.evaluator, s.evaluator_version as version, s.value as judge
     from (select interaction_id as id, avg(native) as native from review_labels
       where queue_id = $1 and native is not null group by interaction_id) l
     join review_items i on i.queue_id = $1 and i.interaction_id = l.id
     join scores s on s.interaction_created_at = i.interaction_created_at and s.interaction_id = l.id
       and s.name = $2 and s.source <> 'human'
     order by l.id, s.evaluator, s.evaluator_version, s.created_at desc limit 20000`,
    [queue.id, queue.score_name],
  );
  return rows.map(({ id, person, evaluator, version, judge }) => ({
    interactionId: id,
    name: queue.score_name,
    evaluator: evaluator ?? '',
    evaluatorVersion: version ?? '',
    person: meanOf(queue.scale, person),
    people: 1,
    judge: judge ?? 0,
    // Agreement in this queue is about what was judged in it.
    judgedProbability: null,
    labelProbability: null,
    cluster: id,
    model: '',
    language: '',
  }));
}
