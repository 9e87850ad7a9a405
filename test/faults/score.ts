import type { CallerView } from './caller.ts';
import type { SeenTry } from './scene.ts';

/** Everything a scenario is scored from: what the caller got and what the provider's log says. */
export interface Evidence {
  /** The call; of a row of calls, the last one. */
  readonly caller: CallerView;
  /** All calls of a row, with the time each began, in milliseconds since the outage began. */
  readonly calls: readonly { readonly atMs: number; readonly view: CallerView }[];
  readonly primary: readonly SeenTry[];
  readonly fallback: readonly SeenTry[];
  /** Whether a healthy call through the same gateway succeeded afterwards. */
  readonly aliveAfter: boolean;
  /** When the outage began, on the clock of the log. */
  readonly startedAtMs: number;
}

/** One thing that a good gateway does. */
export interface Check {
  readonly says: string;
  /** `required`: else the scenario fails; `advised`: else it only passes in part. */
  readonly weight: 'required' | 'advised';
  holds(evidence: Evidence): boolean;
}

/**
 * `pass`: the caller got what is right and every check holds; `partial`: it did, but something advised
 * does not hold; `safe`: it got a clear error instead; `fail`: it hung, was given a part as the whole, or
 * something required does not hold. After the methodology of Failover Bench (v0.1, September 2026).
 */
export type Verdict = 'pass' | 'partial' | 'safe' | 'fail';

export interface Score {
  readonly verdict: Verdict;
  readonly why: string;
}

/** `right`: whether the caller should get the whole answer, or the provider's refusal. */
export function score(
  evidence: Evidence,
  checks: readonly Check[],
  right: 'answer' | 'refusal',
): Score {
  const { caller, calls } = evidence;
  const views = calls.length === 0 ? [caller] : calls.map(({ view }) => view);
  if (views.some(({ outcome }) => outcome === 'hang')) return { verdict: 'fail', why: 'hangs' };
  if (views.some((view) => view.outcome === 'success' && !view.complete)) {
    return { verdict: 'fail', why: 'a part given as the whole answer' };
  }
  const broken = checks.filter((check) => !check.holds(evidence));
  const required = broken.find(({ weight }) => weight === 'required');
  if (required !== undefined) return { verdict: 'fail', why: `not: ${required.says}` };
  const wanted = right === 'answer' ? 'success' : 'error';
  const missed = views.find(({ outcome }) => outcome !== wanted);
  if (missed !== undefined) {
    return right === 'answer'
      ? { verdict: 'safe', why: `clear error: ${missed.error ?? ''}` }
      : { verdict: 'partial', why: 'went round the refusal' };
  }
  const [advised] = broken;
  if (advised !== undefined) return { verdict: 'partial', why: `not: ${advised.says}` };
  return { verdict: 'pass', why: '' };
}
