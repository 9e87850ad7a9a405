import type { CorrectedQuality } from '../contract/calibration.ts';
import type { Clock } from '../core/clock.ts';
import type { TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { correctQuality } from './corrected-quality.ts';

/** Dashboards ask again and again; labels come one by one. */
const FRESH_MS = 30_000;
const MAX_KNOWN = 200;

type Corrected = Promise<CorrectedQuality | null>;

/** The corrected mean of `overall`, worked out at most every 30 seconds for each range and model. */
export function rememberCorrections(
  db: Queryable,
  clock: Clock,
): (slice: { projectId: string; model?: string | undefined }, range: TimeRange) => Corrected {
  const known = new Map<string, { readonly atMs: number; readonly answer: Corrected }>();
  return ({ projectId, model }, range) => {
    const key = [projectId, model ?? '', range.from.getTime(), range.to.getTime()].join(' ');
    const before = known.get(key);
    const nowMs = clock.monotonic();
    if (before !== undefined && nowMs - before.atMs < FRESH_MS) return before.answer;
    const answer = correctQuality(db, { projectId, model, range, scoreName: 'overall' });
    known.delete(key);
    known.set(key, { atMs: nowMs, answer });
    // What costs nothing to ask is asked again; a failure is told to those who wait for it.
    answer.then(
      (corrected) => corrected?.value ?? known.delete(key),
      () => known.delete(key),
    );
    const [oldest] = known.keys();
    if (known.size > MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    return answer;
  };
}
