import type { RecordStep } from '../interactions/record.ts';
import { jsonText } from '../store/values.ts';

interface Tally {
  readonly project_id: string;
  readonly at: string;
  readonly provider: string;
  readonly model: string;
  readonly outcome: string;
  attempts: number;
  duration_ms_sum: number;
}

const HOUR_MS = 3_600_000;

/**
 * Counts tries at providers into `attempt_rollups`, in the transaction that stores their interactions. Runs after
 * the step that locks `activity`, which keeps writers of the same project apart.
 */
export const rollUpAttempts: RecordStep = async (tx, batch) => {
  const tallies = new Map<string, Tally>();
  for (const { projectId, attempts } of batch.interactions) {
    for (const { provider, model, startedAtMs, durationMs, errorType } of attempts) {
      const at = new Date(Math.floor(startedAtMs / HOUR_MS) * HOUR_MS).toISOString();
      const names = { provider, model: model ?? '', outcome: errorType ?? 'success' };
      const key = [projectId, at, names.provider, names.model, names.outcome].join('\n');
      const tally = tallies.get(key) ?? {
        project_id: projectId,
        at,
        ...names,
        attempts: 0,
        duration_ms_sum: 0,
      };
      tally.attempts += 1;
      tally.duration_ms_sum += durationMs;
      tallies.set(key, tally);
    }
  }
  if (tallies.size === 0) return;
  // Always in the same order, so that two writers never wait for each other.
  const rows = [...tallies].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, tally]) => tally);
  await tx.query(
    `insert into attempt_rollups as r
       (project_id, at, provider, model, outcome, attempts, duration_ms_sum)
     select project_id, at, provider, model, outcome, attempts, duration_ms_sum
     from jsonb_to_recordset($1::text::jsonb) as t(project_id uuid, at timestamptz, provider text,
       model text, outcome text, attempts bigint, duration_ms_sum float8)
     on conflict (project_id, at, provider, model, outcome) do update set
       attempts = r.attempts + excluded.attempts,
       duration_ms_sum = r.duration_ms_sum + excluded.duration_ms_sum`,
    [jsonText(rows)],
  );
};
