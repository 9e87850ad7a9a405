import type { InteractionRow, RecordStep, ScoreRow } from '../../src/interactions/record.ts';
import type { Database } from '../../src/store/database.ts';
import { jsonText } from '../../src/store/values.ts';

/** Makes sure that rows of any time have a partition. */
export async function ensurePartitions(database: Database): Promise<void> {
  for (const table of ['interactions', 'interaction_bodies', 'spans', 'scores']) {
    const [found] = await database.query(
      'select 1 from pg_partitioned_table where partrelid = $1::regclass and partdefid <> 0',
      [table],
    );
    if (found !== undefined) continue;
    await database.exec(`create table ${table}_default partition of ${table} default`);
  }
}

/** Writes rows by plain inserts, so that tests of readers do not lean on the writer. */
export const insertRaw: RecordStep = async (tx, batch) => {
  await insertAll(tx, 'interactions', batch.interactions.map(interactionColumns));
  await insertAll(tx, 'interaction_bodies', batch.bodies.map(snakeKeys));
  await insertAll(tx, 'spans', batch.spans.map(snakeKeys));
  await insertAll(
    tx,
    'scores',
    batch.scores.map((score: ScoreRow) => snakeKeys(score)),
  );
};

async function insertAll(
  tx: Parameters<RecordStep>[0],
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
    [jsonText(rows)],
  );
}

function interactionColumns(interaction: InteractionRow): Record<string, unknown> {
  const { usage, handling, ...row } = interaction;
  const { exposure, ...handled } = handling;
  return {
    ...snakeKeys({ ...row, ...handled }),
    experiment_id: exposure?.experimentId ?? null,
    experiment_arm: exposure?.arm ?? null,
    experiment_unit: exposure?.unit ?? null,
    input_tokens: usage.input,
    cached_input_tokens: usage.cachedInput,
    cache_write_input_tokens: usage.cacheWriteInput,
    audio_input_tokens: usage.audioInput,
    output_tokens: usage.output,
    reasoning_tokens: usage.reasoning,
    audio_output_tokens: usage.audioOutput,
    usage_source: usage.source,
  };
}

function snakeKeys(row: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  );
}
