import type { ScoreRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { bucketStart, GRAINS, type Grain, keyText, type Sign, storable, Tallies } from './tally.ts';

/** An interaction with automatic scores in this batch. */
interface Evaluated {
  readonly projectId: string;
  readonly createdAt: Date;
  readonly model: string;
  scores: number;
  flagged: number;
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
  const before = sign === 1 ? await scoredBefore(tx, evaluated) : new Map();
  const tallies = new Tallies<CoverageTally>();
  for (const [id, one] of evaluated) {
    const known = before.get(id);
    const isNew = known === undefined;
    const isNewlyFlagged = one.flagged > 0 && known?.flagged !== true;
    if (!isNew && !isNewlyFlagged) continue;
    for (const tally of bucketsOf(tallies, one)) {
      tally.evaluated += isNew ? sign : 0;
      tally.flagged += isNewlyFlagged ? sign : 0;
    }
  }
  await writeCoverage(tx, tallies.all());
}

/**
 * Takes out of the coverage what removed scores leave without any automatic one, or without a flagged one. The rows are
 * deleted already; the caller holds the lock of `activity`.
 */
export async function uncountCoverage(tx: Queryable, removed: readonly ScoreRow[]): Promise<void> {
  const evaluated = evaluatedIn(removed);
  if (evaluated.size === 0) return;
  const left = await scoresLeft(tx, evaluated);
  const tallies = new Tallies<CoverageTally>();
  for (const [id, one] of evaluated) {
    const rest = left.get(id);
    const bare = rest === undefined ? 1 : 0;
    const unflagged = one.flagged > 0 && (rest?.flagged ?? 0) === 0 ? 1 : 0;
    if (bare + unflagged === 0) continue;
    for (const tally of bucketsOf(tallies, one)) {
      tally.evaluated -= bare;
      tally.flagged -= unflagged;
    }
  }
  await writeCoverage(tx, tallies.all());
}

async function scoresLeft(
  tx: Queryable,
  evaluated: ReadonlyMap<string, Evaluated>,
): Promise<ReadonlyMap<string, { readonly flagged: number }>> {
  const times = [...evaluated.values()].map(({ createdAt }) => createdAt.getTime());
  const rows = await tx.query<{ interaction_id: string; flagged: number }>(
    `select interaction_id, count(*) filter (where flagged) as flagged from scores
     where interaction_created_at >= $1 and interaction_created_at < $2
       and interaction_id = any($3::uuid[]) and source <> 'human'
     group by interaction_id`,
    [new Date(Math.min(...times)), new Date(Math.max(...times) + 1), [...evaluated.keys()]],
  );
  return new Map(rows.map((row) => [row.interaction_id, { flagged: Number(row.flagged) }]));
}

/** The hour and the day of an interaction. */
function bucketsOf(tallies: Tallies<CoverageTally>, one: Evaluated): CoverageTally[] {
  return GRAINS.map((grain) => {
    const { projectId, model } = one;
    const key = { projectId, grain, at: bucketStart(one.createdAt, grain), model };
    const text = keyText([projectId, grain, key.at.getTime(), model]);
    return tallies.of(text, () => ({ key, evaluated: 0, flagged: 0 }));
  });
}

function evaluatedIn(scores: readonly ScoreRow[]): Map<string, Evaluated> {
  const evaluated = new Map<string, Evaluated>();
  for (const score of scores) {
    if (score.source === 'human') continue;
    const known = evaluated.get(score.interactionId) ?? {
      projectId: score.projectId,
      createdAt: score.interactionCreatedAt,
      model: storable(score.model ?? ''),
      scores: 0,
      flagged: 0,
    };
    evaluated.set(score.interactionId, known);
    known.scores += 1;
    known.flagged += score.flagged ? 1 : 0;
  }
  return evaluated;
}

/**
 * Which of the interactions had automatic scores before this batch, and whether one was flagged: those that now have
 * more than the batch brought, because its rows are stored already.
 */
async function scoredBefore(
  tx: Queryable,
  evaluated: ReadonlyMap<string, Evaluated>,
): Promise<ReadonlyMap<string, { readonly flagged: boolean }>> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { createdAt, scores } of evaluated.values()) {
    first = Math.min(first, createdAt.getTime());
    last = Math.max(last, createdAt.getTime());
    fewest = Math.min(fewest, scores);
  }
  const rows = await tx.query<{ interaction_id: string; scores: number; flagged: number }>(
    `select interaction_id, count(*) as scores, count(*) filter (where flagged) as flagged
     from scores
     where interaction_created_at >= $1 and interaction_created_at < $2 and interaction_id = any($3::uuid[])
       and source <> 'human'
     group by interaction_id having count(*) > $4`,
    // The end is one later, because times in the table may have microseconds.
    [new Date(first), new Date(last + 1), [...evaluated.keys()], fewest],
  );
  return new Map(
    rows
      .filter((row) => row.scores > (evaluated.get(row.interaction_id)?.scores ?? 0))
      .map((row) => {
        const flagged = row.flagged > (evaluated.get(row.interaction_id)?.flagged ?? 0);
        return [row.interaction_id, { flagged }];
      }),
  );
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
