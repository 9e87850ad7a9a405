export {
  type BudgetAlert,
  type CostAnalysis,
  CostTracker,
  type CostTrackerOptions,
  type CostWindow,
  type InferenceToLog,
} from './cost-tracker.ts';
export {
  type CallToEvaluate,
  type Evaluation,
  type EvaluationScore,
  evaluate,
} from './evaluate.ts';
export type { CallLabels, EventsReply, Observer, ObserverOptions } from './observer.ts';
export { createObserver } from './observer.ts';
export { ObserverError } from './observer-error.ts';
export type { TrackedCall } from './tracked-call.ts';
