import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Auth } from '../core/http.ts';
import { contentId, type NewId } from '../core/ids.ts';
import { EMPTY_BATCH, isInside, type RecordStep, type ScoreRow } from '../interactions/record.ts';
import type { Database, Queryable } from '../store/database.ts';
import { findInteraction, type ScoredInteraction } from './find-interaction.ts';
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

/**
 * Who gives it: a signed-in person speaks for themselves, an application for its users. What a public key says of
 * users is the word of whoever holds the page, so it is told apart.
 */
export function giverOf(auth: Auth, userId?: string): Giver {
  const { projectId } = auth;
  if (auth.publicUse !== undefined) return { projectId, givenBy: `web:${userId ?? 'anonymous'}` };
  const spoken = auth.kind === 'session' || userId === undefined ? auth.actor : `app:${userId}`;
  return { projectId, givenBy: spoken };
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
  readonly label?: string | undefined;
  /** Of the caller: a request with the key of an earlier one adds nothing. */
  readonly idempotencyKey?: string | undefined;
}

/**
 * Stores feedback as score `user_feedback`. Every change of mind is kept and the latest counts; the same
 * feedback twice in a row is stored once. Throws `not_found` for an unknown interaction and `conflict` for an
 * idempotency key that other feedback came with.
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
    idempotencyKey: given.idempotencyKey,
    details: given.label === undefined ? {} : { label: given.label },
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
  readonly idempotencyKey?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly judgement: Pick<
    ScoreRow,
    'name' | 'value' | 'nativeValue' | 'label' | 'reason' | 'flagged'
  >;
}

async function store(
  deps: HumanScoreDeps,
  giver: Giver,
  given: NewJudgement,
): Promise<ScoreRecord> {
  const { projectId, givenBy } = giver;
  const interaction = await findInteraction(deps, projectId, given.link);
  const row: ScoreRow = {
    ...given.judgement,
    id: idOf(deps, { projectId, interaction, key: given.idempotencyKey }),
    projectId,
    createdAt: new Date(deps.clock.now()),
    interactionId: interaction.id,
    interactionCreatedAt: interaction.createdAt,
    model: interaction.model,
    userId: interaction.userId,
    source: 'human',
    evaluator: given.evaluator,
    evaluatorVersion: '1',
    details: { ...given.details, givenBy },
    ...(isInside(interaction.origin) && { uncounted: true }),
  };
  return deps.database.transaction(async (tx) => {
    // Two requests at once must see each other, or both would be first.
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [interaction.id]);
    const same = given.idempotencyKey === undefined ? null : await withId(tx, row);
    if (same !== null) return same;
    const last = given.once ? await lastBy(tx, row, givenBy) : null;
    if (last !== null && repeats(last, row)) return last;
    await deps.record(tx, { ...EMPTY_BATCH, scores: [row] });
    return row;
  });
}

/** The same for the same key, so that a repetition is found by it. */
function idOf(
  { newId }: HumanScoreDeps,
  of: {
    readonly projectId: string;
    readonly interaction: ScoredInteraction;
    readonly key: string | undefined;
  },
): string {
  const { projectId, interaction, key } = of;
  if (key === undefined) return newId();
  return contentId(interaction.createdAt.getTime(), 'feedback', projectId, interaction.id, key);
}

async function withId(tx: Queryable, row: ScoreRow): Promise<ScoreRecord | null> {
  const [same] = await readScore(tx, 'interaction_created_at = $1 and id = $2', [
    row.interactionCreatedAt,
    row.id,
  ]);
  if (same === undefined) return null;
  if (repeats(same, row) && same.details?.['givenBy'] === row.details?.['givenBy']) return same;
  throw new AppError('conflict', 'This idempotency key came with other feedback before.');
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
    last.reason === next.reason &&
    last.details?.['label'] === next.details?.['label']
  );
}
