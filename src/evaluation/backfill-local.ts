import { asError } from '../core/errors.ts';
import { EMPTY_BATCH, type RecordStep, type ScoreRow } from '../interactions/record.ts';
import { type StoredScore, scoreOf } from '../interactions/stored-row.ts';
import type { Queryable } from '../store/database.ts';
import type { BackfillPiece, BackfillTarget, PieceResult } from './backfill-step.ts';
import { noteErrors } from './evaluator-errors.ts';
import { type LoadedInteraction, loadInteractions } from './load-subjects.ts';
import { countEvaluators, type EvaluationDeps, toItem } from './run.ts';
import { toScoreRows } from './score-rows.ts';
import type { ItemScores, ScoreItem } from './scorer.ts';

export interface LocalBackfillDeps extends EvaluationDeps {
  /** Takes deleted scores out of everything that counts them, while their interactions stay. */
  readonly takeBackScores: RecordStep;
  handles(evaluator: string): boolean;
}

interface Answered {
  readonly interaction: LoadedInteraction;
  /** Null when nothing could be said: the thread broke over it. */
  readonly said: ItemScores | null;
}

/**
 * Asks local evaluators again about stored interactions. What an evaluator says now takes the place of what it said
 * by another version, so that no interaction counts twice; what it said by the same version stays.
 */
export function localBackfill(deps: LocalBackfillDeps): BackfillTarget {
  return {
    handles: deps.handles,
    async prepare(piece): Promise<(tx: Queryable) => Promise<PieceResult>> {
      const loaded = await loadInteractions(deps.database, piece.interactions);
      const answered = await askAll(deps, piece, [...loaded.values()]);
      await noteErrors(
        deps,
        answered.map(({ interaction, said }) => ({
          row: { interactionId: interaction.id, projectId: interaction.projectId },
          said: said ?? [],
        })),
      );
      return (tx) => write(deps, tx, answered);
    },
  };
}

async function askAll(
  deps: LocalBackfillDeps,
  { evaluators }: BackfillPiece,
  interactions: readonly LoadedInteraction[],
): Promise<Answered[]> {
  const known = interactions.filter(({ subject }) => subject !== null);
  const items = known.flatMap(toItem).map((item) => ({ ...item, only: evaluators }));
  if (items.length === 0) return [];
  const said = await deps.score(items).catch(() => askEach(deps, items));
  return known.map((interaction, at) => {
    const its = said[at] ?? null;
    countEvaluators(deps, its ?? []);
    return { interaction, said: its };
  });
}

/** One of them broke the thread: the others are asked without it. */
async function askEach(
  deps: LocalBackfillDeps,
  items: readonly ScoreItem[],
): Promise<(ItemScores | null)[]> {
  const said: (ItemScores | null)[] = [];
  for (const item of items) {
    try {
      const [one] = await deps.score([item]);
      said.push(one ?? null);
    } catch (thrown) {
      deps.log.warn(
        { err: asError(thrown), interaction: item.interactionId },
        'an interaction could not be evaluated again',
      );
      said.push(null);
    }
  }
  return said;
}

async function write(
  deps: LocalBackfillDeps,
  tx: Queryable,
  answered: readonly Answered[],
): Promise<PieceResult> {
  const at = new Date(deps.clock.now());
  const isBroken = ({ said }: Answered): boolean =>
    said === null || (said.length > 0 && said.every(({ error }) => error !== null));
  const failed = answered.filter(isBroken).length;
  const fresh = answered.flatMap(({ interaction, said }) =>
    (said ?? []).flatMap((one) => toScoreRows(interaction, one, at)),
  );
  const existing = await readExisting(tx, answered);
  const known = new Set(existing.map(({ id }) => id));
  const wanted = new Set(fresh.map(({ id }) => id));
  await remove(
    deps,
    tx,
    existing.filter(({ id }) => !wanted.has(id)),
  );
  const scores = fresh.filter(({ id }) => !known.has(id));
  if (scores.length > 0) await deps.record(tx, { ...EMPTY_BATCH, scores });
  return { taken: answered.length - failed, failed };
}

/** What those who answered now said before, by whatever version. */
async function readExisting(tx: Queryable, answered: readonly Answered[]): Promise<ScoreRow[]> {
  const pairs = answered.flatMap(({ interaction, said }) =>
    (said ?? [])
      .filter(({ error }) => error === null)
      .map(({ evaluator }) => ({ interaction, evaluator })),
  );
  if (pairs.length === 0) return [];
  const times = pairs.map(({ interaction }) => interaction.createdAt.getTime());
  const rows = await tx.query<StoredScore>(
    `select s.* from scores s
     join unnest($1::uuid[], $2::text[]) as asked(interaction_id, evaluator)
       on s.interaction_id = asked.interaction_id and s.evaluator = asked.evaluator
     where s.interaction_created_at >= $3 and s.interaction_created_at < $4 and s.source <> 'human'`,
    [
      pairs.map(({ interaction }) => interaction.id),
      pairs.map(({ evaluator }) => evaluator),
      new Date(Math.min(...times)),
      new Date(Math.max(...times) + 1),
    ],
  );
  return rows.map(scoreOf);
}

async function remove(
  deps: LocalBackfillDeps,
  tx: Queryable,
  scores: readonly ScoreRow[],
): Promise<void> {
  if (scores.length === 0) return;
  const times = scores.map(({ interactionCreatedAt }) => interactionCreatedAt.getTime());
  await tx.query(
    `delete from scores where interaction_created_at >= $1 and interaction_created_at < $2
       and id = any($3::uuid[])`,
    [new Date(Math.min(...times)), new Date(Math.max(...times) + 1), scores.map(({ id }) => id)],
  );
  await deps.takeBackScores(tx, { ...EMPTY_BATCH, scores });
}
