import type { Clock } from '../core/clock.ts';
import type { Metrics } from '../core/metrics.ts';
import type { InteractionRow } from '../interactions/record.ts';
import type { Queryable } from '../store/database.ts';

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

/** The same connection with every statement counted and timed. */
export function meterQueries(tx: Queryable, metrics: Metrics, clock: Clock): Queryable {
  const { databaseQueries, databaseDuration } = metrics.gateway;
  const timed = async <T>(sql: string, run: () => Promise<T>): Promise<T> => {
    const labels = labelsOf(sql);
    const startedAt = clock.monotonic();
    databaseQueries.inc(labels);
    try {
      return await run();
    } finally {
      databaseDuration.observe(labels, (clock.monotonic() - startedAt) / 1000);
    }
  };
  return {
    query: (sql, params) => timed(sql, () => tx.query(sql, params)),
    exec: (sql) => timed(sql, () => tx.exec(sql)),
    copyIn: (copy) => timed(`insert into ${copy.table}`, () => tx.copyIn(copy)),
  };
}

const TABLE = /\b(?:from|into|update|join)\s+(?:only\s+)?([a-z_]+)\b(?!\()/i;
const KNOWN = new Map<string, { operation: string; table: string }>();
const MAX_KNOWN = 500;

function labelsOf(sql: string): { operation: string; table: string } {
  const known = KNOWN.get(sql);
  if (known !== undefined) return known;
  const operation = /^\s*(select|insert|update|delete|with)/i.exec(sql)?.[1]?.toLowerCase();
  const labels = {
    operation: operation ?? 'other',
    // Partitions are not labels of their own: their names grow with time.
    table: (TABLE.exec(sql)?.[1] ?? 'none').replace(/_p\d{8}$/, ''),
  };
  if (KNOWN.size < MAX_KNOWN) KNOWN.set(sql, labels);
  return labels;
}
