import type { Metrics } from '../core/metrics.ts';
import type { InteractionRow } from '../interactions/record.ts';

/** Counts interactions that were stored: by status, with their tokens and cost. */
export function countStored(metrics: Metrics, rows: readonly InteractionRow[]): void {
  for (const row of rows) {
    const model = metrics.modelLabel(row.model);
    metrics.gateway.logsSaved.inc({ status: row.status });
    for (const [type, tokens] of [
      ['prompt', row.usage.input],
      ['completion', row.usage.output],
    ] as const) {
      if (tokens === null) continue;
      metrics.gateway.llmTokens.inc({ model, type }, tokens);
      metrics.gateway.tokenUsage.inc({ model, type }, tokens);
    }
    if (row.costMicroUsd !== null) metrics.gateway.cost.inc({ model }, row.costMicroUsd / 1e6);
    else if (row.status === 'success' && row.model !== null)
      metrics.gateway.unpriced.inc({ model });
  }
}
