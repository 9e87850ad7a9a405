import type { Exposure, RecordBatch, ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';

/** A score of a call that an experiment counts, for one metric. */
export interface ExposedScore {
  readonly score: ScoreRow;
  readonly exposure: Exposure;
  readonly metric: string;
}

/** What a score adds to the sums of its unit. */
export interface CountedScore {
  readonly experimentId: string;
  readonly projectId: string;
  readonly arm: string;
  readonly unit: string;
  readonly metric: string;
  readonly n: number;
  readonly value: number;
}

/** The score that people and end users give. */
const FEEDBACK = 'user_feedback';

/** Scores of the batch whose calls belong to an experiment; the calls are of this batch or were stored long ago. */
export async function exposedScores(tx: Queryable, batch: RecordBatch): Promise<ExposedScore[]> {
  if (batch.scores.length === 0) return [];
  const exposures = new Map(
    batch.interactions.map((row) => [row.id, row.handling.exposure] as const),
  );
  const unknown = batch.scores.filter(({ interactionId }) => !exposures.has(interactionId));
  for (const row of await storedExposures(tx, unknown)) exposures.set(row.id, row);
  return batch.scores.flatMap((score) => {
    const exposure = exposures.get(score.interactionId) ?? null;
    if (exposure === null) return [];
    const metrics = [`score:${score.name}`, ...(score.name === FEEDBACK ? ['feedback'] : [])];
    return metrics.map((metric) => ({ score, exposure, metric }));
  });
}

async function storedExposures(
  tx: Queryable,
  scores: readonly ScoreRow[],
): Promise<(Exposure & { readonly id: string })[]> {
  if (scores.length === 0) return [];
  const times = new Map(scores.map((row) => [row.interactionId, row.interactionCreatedAt]));
  return tx.query(
    `select i.id, i.experiment_id as "experimentId", i.experiment_arm as arm, i.experiment_unit as unit
     from unnest($1::timestamptz[], $2::uuid[]) as k(at, id)
     join interactions i on i.created_at = k.at and i.id = k.id
     where i.experiment_id is not null and i.experiment_arm is not null and i.experiment_unit is not null`,
    [[...times.values()].map((at) => at.toISOString()), [...times.keys()]],
  );
}

/**
 * What newly stored scores change: a first judgement counts as one, a later one of the same evaluator (and, for people,
 * the same person) on the same call replaces the value of the one before.
 */
export async function scoreChanges(
  tx: Queryable,
  scores: readonly ExposedScore[],
): Promise<CountedScore[]> {
  if (scores.length === 0) return [];
  const keys = scores.map(({ score }, place) => ({
    place,
    id: score.id,
    at: score.createdAt,
    interaction_id: score.interactionId,
    interaction_at: score.interactionCreatedAt,
    name: score.name,
    evaluator: score.evaluator,
    giver: giverOf(score),
  }));
  const rows = await tx.query<{ place: number; value: number }>(
    `select k.place, p.value
     from jsonb_to_recordset($1::text::jsonb) as k(place integer, id uuid, at timestamptz, interaction_id uuid,
       interaction_at timestamptz, name text, evaluator text, giver text)
     join lateral (
       select s.value from scores s
       where s.interaction_created_at = k.interaction_at and s.interaction_id = k.interaction_id and s.name = k.name
         and s.evaluator = k.evaluator and coalesce(s.details ->> 'givenBy', '') = k.giver
         and (s.created_at, s.id) < (k.at, k.id)
       order by s.created_at desc, s.id desc limit 1
     ) p on true`,
    [jsonText(keys)],
  );
  const before = new Map(rows.map(({ place, value }) => [place, value]));
  return scores.map((exposed, place) => {
    const previous = before.get(place);
    return {
      ...unitOf(exposed),
      n: previous === undefined ? 1 : 0,
      value: exposed.score.value - (previous ?? 0),
    };
  });
}

/** What deleted scores leave behind: of each judge's words on a call only the last had counted. */
export function netScores(scores: readonly ExposedScore[]): CountedScore[] {
  const last = new Map<string, ExposedScore>();
  for (const exposed of scores) {
    const { score, metric } = exposed;
    const key = [score.interactionId, metric, score.evaluator, giverOf(score)].join('\n');
    const known = last.get(key);
    if (known === undefined || isLater(score, known.score)) last.set(key, exposed);
  }
  return [...last.values()].map((exposed) => ({
    ...unitOf(exposed),
    n: -1,
    value: -exposed.score.value,
  }));
}

function unitOf({ score, exposure, metric }: ExposedScore): Omit<CountedScore, 'n' | 'value'> {
  const { experimentId, arm, unit } = exposure;
  return { experimentId, projectId: score.projectId, arm, unit, metric };
}

function giverOf({ details }: ScoreRow): string {
  const giver = details?.['givenBy'];
  return typeof giver === 'string' ? giver : '';
}

function isLater(one: ScoreRow, other: ScoreRow): boolean {
  const between = one.createdAt.getTime() - other.createdAt.getTime();
  return between === 0 ? one.id > other.id : between > 0;
}
