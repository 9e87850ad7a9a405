import { hash } from 'node:crypto';

const UNITS = 2 ** 48;

/**
 * Where an interaction falls in [0, 1) for one purpose: the same on every machine and at every time, and
 * independent between purposes. It is in a sample of rate r when this is below r.
 */
export function sampleUnit(interactionId: string, purpose: string): number {
  const digest = hash('sha256', `${purpose}\n${interactionId}`, 'hex');
  return Number.parseInt(digest.slice(0, 12), 16) / UNITS;
}

/** Whether an interaction belongs to the sample of this purpose; a rate of 1 takes all without looking. */
export function isSampled(interactionId: string, purpose: string, rate: number): boolean {
  return rate >= 1 || sampleUnit(interactionId, purpose) < rate;
}
