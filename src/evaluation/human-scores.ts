import type { Clock } from '../core/clock.ts';
import type { NewId } from '../core/ids.ts';
import { EMPTY_BATCH, isInside, type RecordStep, type ScoreRow } from '../interactions/record.ts';
import type { Database, Queryable } from '../store/database.ts';
import { findInteraction } from './find-interaction.ts';
import { readScore, type ScoreRecord } from './list-scores.ts';

export interface HumanScoreDeps {
  readonly database: Database;
  readonly record: RecordStep;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** Where a score belongs and who gives it (`key:…`, `user:…` or the caller's own name for its user). */
export interface Giver {
  readonly projectId: string;
  readonly givenBy: string;
}

/** A judgement by a person or another program; `value` in [0, 1]. */
export interface GivenScore {
  readonly interactionId: string;
  readonly name: string;
  readonly value: number;
  readonly nativeValue?: number | undefined;
  readonly label?: string | undefined;
  readonly reason?: string | undefined;
}

/** Stores a score that somebody gives. Throws `not_found` for an unknown interaction. */
export function addScore(
  deps: HumanScoreDeps,
  giver: Giver,
  given: GivenScore,
): Promise<ScoreRecord> {
  return store(deps, giver, {
    link: given.interactionId,
    evaluator: 'api',
    once: false,
    judgement: {
      name: given.name,
      value: given.value,
      nativeValue: given.nativeValue ?? null,
      label: given.label ?? null,
      reason: given.reason ?? null,
      flagged: false,
    },
  });
}

/** `rating` −1, 0 or 1, or `stars` 1 to 5; the interaction by its id or its trace id. */
export interface GivenFeedback {
  readonly link: string;
  readonly rating?: number | undefined;
  readonly stars?: number | undefined;
  readonly comment?: string | null | undefined;
}

/**
 * Stores feedback as score `user_feedback`. Every change of mind is kept and the latest counts; the same
 * feedback twice in a row is stored once. Throws `not_found` for an unknown interaction.
 */
export function addFeedback(
  deps: HumanScoreDeps,
  giver: Giver,
  given: GivenFeedback,
): Promise<ScoreRecord> {
  const { stars, rating = 0 } = given;
  const value = stars === undefined ? (rating + 1) / 2 : (stars - 1) / 4;
  return store(deps, giver, {
    link: given.link,
    evaluator: 'feedback',
    once: true,
    judgement: {
      name: 'user_feedback',
      value,
      nativeValue: stars ?? rating,
      label: value > 0.5 ? 'positive' : value < 0.5 ? 'negative' : 'neutral',
      reason: given.comment ?? null,
      flagged: value < 0.5,
    },
  });
}

interface NewJudgement {
  readonly link: string;
  readonly evaluator: 'api' | 'feedback';
  /** Leaves out what repeats the giver's last word. */
  readonly once: boolean;
  readonly judgement: Pick<
    ScoreRow,
    'name' | 'value' | 'nativeValue' | 'label' | 'reason' | 'flagged'
  >;
}

async function store(
  deps: HumanScoreDeps,
  giver: Giver,
  { link, evaluator, once, judgement }: NewJudgement,
): Promise<ScoreRecord> {
  const interaction = await findInteraction(deps, giver.projectId, link);
  const row: ScoreRow = {
    ...judgement,
    id: deps.newId(),
    projectId: giver.projectId,
    createdAt: new Date(deps.clock.now()),
    interactionId: interaction.id,
    interactionCreatedAt: interaction.createdAt,
    model: interaction.model,
    userId: interaction.userId,
    source: 'human',
    evaluator,
    evaluatorVersion: '1',
    details: { givenBy: giver.givenBy },
    ...(isInside(interaction.origin) && { uncounted: true }),
  };
  return deps.database.transaction(async (tx) => {
    const last = once ? await lastBy(tx, row, giver.givenBy) : null;
    if (last !== null && repeats(last, row)) return last;
    await deps.record(tx, { ...EMPTY_BATCH, scores: [row] });
    return row;
  });
}

async function lastBy(tx: Queryable, row: ScoreRow, givenBy: string): Promise<ScoreRecord | null> {
  const [last] = await readScore(
    tx,
    `project_id = $1 and interaction_created_at = $2 and interaction_id = $3 and name = $4
     and evaluator = $5 and details ->> 'givenBy' = $6`,
    [row.projectId, row.interactionCreatedAt, row.interactionId, row.name, row.evaluator, givenBy],
  );
  return last ?? null;
}

function repeats(last: ScoreRecord, next: ScoreRow): boolean {
  return (
    last.value === next.value &&
    last.nativeValue === next.nativeValue &&
    last.reason === next.reason
  );
}
