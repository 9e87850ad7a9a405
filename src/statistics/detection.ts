import type { Baseline, ChangeDetector, DetectionGoal } from './change-detector.ts';
import { cusumFigures, planCusum } from './cusum.ts';
import { eDetectorDelay, planEDetector } from './e-detector.ts';

export type DetectionMethod = 'cusum' | 'e_process';

/** A detector with what can be promised of it. */
export interface Detection {
  readonly detector: ChangeDetector;
  /**
   * Observations between false alarms on average: of the CUSUM at the baseline's mean, of the e-detector what it
   * guarantees at least.
   */
  readonly falseAlarmSamples: number;
  /** Observations until half of all changes of `by` are found; null: more than can be counted out. */
  readonly medianDelay: (by: number) => number | null;
}

/**
 * The detector of this method that meets the goal. Null where there is none: the baseline is too uncertain for the change
 * and the budget of false alarms (wait for more of it), or an e-detector is asked for values without bounds.
 */
export function planDetection(
  method: DetectionMethod,
  baseline: Baseline,
  goal: DetectionGoal,
): Detection | null {
  if (method === 'cusum') {
    const detector = planCusum(baseline, goal);
    if (detector === null) return null;
    const { design, threshold } = detector;
    return {
      detector,
      falseAlarmSamples: cusumFigures(design, threshold).falseAlarmSamples,
      medianDelay: (by) => cusumFigures(design, threshold, by).medianDelay,
    };
  }
  const detector = planEDetector(baseline, goal);
  if (detector === null) return null;
  return {
    detector,
    falseAlarmSamples: goal.falseAlarmSamples,
    medianDelay: (by) => eDetectorDelay(detector, by),
  };
}

/**
 * The detector of the way back: after an alarm of a change of `by`, it alarms when values are at the baseline again. To
 * be started anew at the alarm.
 */
export function planRecovery(
  method: DetectionMethod,
  baseline: Baseline,
  goal: DetectionGoal,
): Detection | null {
  const fell = goal.direction === 'fall';
  const moved = baseline.mean + (fell ? -goal.by : goal.by);
  const { bounds } = baseline;
  const margin =
    bounds === null ? 0 : 0.05 * Math.abs(baseline.mean - (fell ? bounds.low : bounds.high));
  const mean =
    bounds === null ? moved : Math.min(bounds.high - margin, Math.max(bounds.low + margin, moved));
  const room = bounds === null ? Infinity : (mean - bounds.low) * (bounds.high - mean);
  const changed = { ...baseline, mean, variance: Math.min(baseline.variance, room) };
  return planDetection(method, changed, { ...goal, direction: fell ? 'rise' : 'fall' });
}
