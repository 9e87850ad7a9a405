import type { Metrics } from '../core/metrics.ts';

/** A finished call, as it is counted. Durations in milliseconds. */
export interface FinishedCall {
  readonly operation: string;
  readonly model: string | null;
  readonly success: boolean;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly overheadMs: number;
}

/** Counts finished calls. */
export interface CallMetrics {
  count(call: FinishedCall): void;
}

/** Listings and files are no calls to a model. */
const MODEL_OPERATIONS = new Set(['chat', 'responses', 'completions', 'embeddings', 'moderations']);

/** Counts calls to models by model and outcome; the overhead of every forwarded call. */
export function createCallMetrics(metrics: Metrics): CallMetrics {
  const { llmRequests, llmDuration, firstToken, overhead } = metrics.gateway;
  return {
    count(call): void {
      overhead.observe(call.overheadMs / 1000);
      if (!MODEL_OPERATIONS.has(call.operation)) return;
      const model = metrics.modelLabel(call.model);
      llmRequests.inc({ model, status: call.success ? 'success' : 'error' });
      llmDuration.observe({ model }, call.durationMs / 1000);
      if (call.firstTokenMs !== null) firstToken.observe({ model }, call.firstTokenMs / 1000);
    },
  };
}
