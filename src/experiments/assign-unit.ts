import { hash } from 'node:crypto';
import type { AssignQuestion } from './assign.ts';

/** What a unit is called inside: a salted hash, so that no name is kept and experiments are independent. */
export interface AssignedUnit {
  readonly unit: string;
  /** Where in [0, 1) the unit lies; the same for ever. */
  readonly place: number;
}

/**
 * The unit of a call: the user, session or call as the experiment wants it. Where a user or session is unknown, the next
 * one of user, session and call stands in. 128 bits of SHA-256 name it, 48 others place it.
 */
export function assignUnit(
  experiment: { readonly salt: string; readonly unit: 'user' | 'session' | 'request' },
  question: Pick<AssignQuestion, 'userId' | 'sessionId' | 'interactionId'>,
): AssignedUnit {
  const digest = hash('sha256', `${experiment.salt} ${unitName(experiment.unit, question)}`, 'hex');
  return {
    unit: digest.slice(0, 32),
    place: Number.parseInt(digest.slice(32, 44), 16) / 2 ** 48,
  };
}

function unitName(
  kind: 'user' | 'session' | 'request',
  {
    userId,
    sessionId,
    interactionId,
  }: Pick<AssignQuestion, 'userId' | 'sessionId' | 'interactionId'>,
): string {
  const user = userId === null ? null : `user ${userId}`;
  const session = sessionId === null ? null : `session ${sessionId}`;
  const known = kind === 'user' ? (user ?? session) : kind === 'session' ? (session ?? user) : null;
  return known ?? `request ${interactionId}`;
}

/** The arm whose share of [0, 1) holds the place; arms are laid out in their order, by weight. */
export function armAt<Arm extends { readonly weight: number }>(
  arms: readonly Arm[],
  place: number,
): Arm | null {
  const total = arms.reduce((sum, { weight }) => sum + weight, 0);
  let end = 0;
  for (const arm of arms) {
    end += arm.weight;
    if (place * total < end) return arm;
  }
  return arms.at(-1) ?? null;
}
