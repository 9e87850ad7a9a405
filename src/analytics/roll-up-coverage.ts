import type { ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { bucketStart, GRAINS, type Grain, keyText, type Sign, storable, Tallies } from './tally.ts';

/** An interaction with automatic scores in this batch. */
interface Evaluated {
  readonly projectId: string;
  readonly createdAt: Date;
  readonly model: string;
  flagged: boolean;
}

interface CoverageTally {
  readonly key: {
    readonly projectId: string;
    readonly grain: Grain;
    readonly at: Date;
    readonly model: string;
  };
  evaluated: number;
  flagged: number;
}

/**
 * Counts each interaction once, with its first automatic score, and once more with its first flagged one, however
 * many evaluators look at it. The caller holds the lock of `activity`, so that two writers never both see the first.
 */
export async function countCoverage(
  tx: Queryable,
  scores: readonly ScoreRow[],
  sign: Sign,
): Promise<void> {
  const evaluated = evaluatedIn(scores);
  if (evaluated.size === 0) return;
  const before = sign === 1 ? await scoredBefore(tx, scores, evaluated) : new Map();
  const tallies = new Tallies<CoverageTally>();
  for (const [id, one] of evaluated) {
    const known = before.get(id);
    const isNew = known === undefined;
    const isNewlyFlagged = one.flagged && known?.flagged !== true;
    if (!isNew && !isNewlyFlagged) continue;
    for (const grain of GRAINS) {
      const key = {
        projectId: one.projectId,
        grain,
        at: bucketStart(one.createdAt, grain),
        model: one.model,
      };
      const text = keyText([key.projectId, grain, key.at.getTime(), key.model]);
      const tally = tallies.of(text, () => ({ key, evaluated: 0, flagged: 0 }));
      tally.evaluated += isNew ? sign : 0;
      tally.flagged += isNewlyFlagged ? sign : 0;
    }
  }
  await writeCoverage(tx, tallies.all());
}

function evaluatedIn(scores: readonly ScoreRow[]): Map<string, Evaluated> {
  const evaluated = new Map<string, Evaluated>();
  for (const score of scores) {
    if (score.source === 'human') continue;
    const known = evaluated.get(score.interactionId);
    if (known !== undefined) {
      known.flagged ||= score.flagged;
      continue;
    }
    evaluated.set(score.interactionId, {
      projectId: score.projectId,
      createdAt: score.interactionCreatedAt,
      model: storable(score.model ?? ''),
      flagged: score.flagged,
    });
  }
  return evaluated;
}

/** Which of the interactions had automatic scores that are not of this batch, and whether one was flagged. */
async function scoredBefore(
  tx: Queryable,
  scores: readonly ScoreRow[],
  evaluated: ReadonlyMap<string, Evaluated>,
): Promise<ReadonlyMap<string, { readonly flagged: boolean }>> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { createdAt } of evaluated.values()) {
    first = Math.min(first, createdAt.getTime());
    last = Math.max(last, createdAt.getTime());
  }
  const rows = await tx.query<{ interaction_id: string; flagged: boolean }>(
    `select s.interaction_id, bool_or(s.flagged) as flagged
     from scores s
     where s.interaction_created_at between $1 and $2 and s.interaction_id = any($3::uuid[])
       and s.source <> 'human' and not s.id = any($4::uuid[])
     group by s.interaction_id`,
    [new Date(first), new Date(last), [...evaluated.keys()], scores.map((score) => score.id)],
  );
  return new Map(rows.map((row) => [row.interaction_id, row]));
}

async function writeCoverage(tx: Queryable, tallies: readonly CoverageTally[]): Promise<void> {
  if (tallies.length === 0) return;
  const rows = tallies.map(({ key: { projectId, ...key }, evaluated, flagged }) => ({
    ...key,
    project_id: projectId,
    evaluated,
    flagged,
  }));
  await tx.query(
    `insert into coverage_rollups as c (project_id, grain, at, model, evaluated, flagged)
     select project_id, grain, at, model, evaluated, flagged from jsonb_to_recordset($1::text::jsonb)
       as r(project_id uuid, grain text, at timestamptz, model text, evaluated bigint, flagged bigint)
     on conflict (project_id, grain, at, model) do update set
       evaluated = c.evaluated + excluded.evaluated, flagged = c.flagged + excluded.flagged`,
    [jsonText(rows)],
  );
}
