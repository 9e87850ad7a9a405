import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { exactQuantile } from '../../test/support/exact-quantile.ts';
import { ensurePartitions, insertRaw } from '../../test/support/raw-rows.ts';
import { batchOf, interactionRow, record, scoreRow } from '../../test/support/records.ts';
import type { InteractionRow, ScoreRow } from '../interactions/record.ts';
import type { Database } from '../store/database.ts';
import { countOf, quantilesOf, unpackBins } from './bins.ts';
import { rebuildRollUps } from './rebuild.ts';
import { rollUp, takeBack } from './roll-up.ts';

const START_MS = Date.parse('2026-11-01T22:00:00Z');
const HOUR_MS = 3_600_000;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
  await ensurePartitions(database);
});

const anInteraction = fc.record({
  offsetMs: fc.integer({ min: 0, max: 30 * HOUR_MS }),
  provider: fc.constantFrom('openai', 'anthropic'),
  model: fc.constantFrom('a', 'b', null),
  operation: fc.constantFrom('chat', 'embeddings'),
  status: fc.constantFrom('success' as const, 'error' as const),
  errorType: fc.constantFrom('timeout_total' as const, 'rate_limited' as const),
  latencyMs: fc.option(fc.double({ min: 0, max: 600_000, noNaN: true })),
  firstTokenMs: fc.option(fc.double({ min: 0.01, max: 60_000, noNaN: true })),
  costMicroUsd: fc.option(fc.nat(1_000_000)),
  input: fc.option(fc.nat(100_000)),
  output: fc.option(fc.nat(100_000)),
  userId: fc.option(fc.constantFrom('ann', 'bob', '김철수')),
  tags: fc.subarray(['x', 'y', 'z']),
  truncated: fc.boolean(),
  route: fc.option(fc.constantFrom('chat', 'code')),
  cache: fc.option(fc.constantFrom('hit' as const, 'miss' as const)),
});

const aScore = fc.record({
  of: fc.nat(1000),
  name: fc.constantFrom('overall', 'length'),
  source: fc.constantFrom('rule' as const, 'judge' as const, 'human' as const),
  value: fc.double({ min: 0, max: 1, noNaN: true }),
  label: fc.option(fc.constantFrom('ok', 'short')),
  flagged: fc.boolean(),
});

type Wild = typeof anInteraction extends fc.Arbitrary<infer T> ? T : never;

function madeInteraction(projectId: string, wild: Wild): InteractionRow {
  const { offsetMs, input, output, route, cache, ...rest } = wild;
  const base = interactionRow({ projectId });
  return interactionRow({
    ...rest,
    id: randomUUID(),
    projectId,
    createdAt: new Date(START_MS + offsetMs),
    errorType: rest.status === 'error' ? rest.errorType : null,
    handling: { ...base.handling, route, cache },
    usage: { ...base.usage, input, output, cachedInput: null },
  });
}

describe('roll-ups', () => {
  it('equal the raw rows after random batches, deletions and a rebuild', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anInteraction, { minLength: 1, maxLength: 30 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fc.array(aScore, { maxLength: 30 }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.nat(1000), { maxLength: 5 }),
        async (batches, scoreBatches, deletions) => {
          const projectId = randomUUID();
          const interactions: InteractionRow[] = [];
          for (const batch of batches) {
            const rows = batch.map((wild) => madeInteraction(projectId, wild));
            interactions.push(...rows);
            await record(database, batchOf({ interactions: rows }), [insertRaw, rollUp]);
          }
          const scores: ScoreRow[] = [];
          for (const batch of scoreBatches) {
            const rows = batch.map(({ of, ...wild }) => {
              const target = interactions[of % interactions.length] as InteractionRow;
              return scoreRow(target, { ...wild, id: randomUUID() });
            });
            scores.push(...rows);
            await record(database, batchOf({ scores: rows }), [insertRaw, rollUp]);
          }
          await expectRollUpsEqualRows(database, projectId);
          await removeSome(database, { interactions, scores, deletions });
          await expectRollUpsEqualRows(database, projectId);
          const before = await allRollUps(database, projectId);
          const range = { from: new Date(START_MS), to: new Date(START_MS + 72 * HOUR_MS) };
          await rebuildRollUps(database, { projectId, ...range });
          expect(await allRollUps(database, projectId)).toEqual(before);
          await expectRollUpsEqualRows(database, projectId);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('hold percentiles within 1 % of the exact ones, however the batches were cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.01, max: 900_000, noNaN: true }), {
          minLength: 2,
          maxLength: 300,
        }),
        fc.integer({ min: 1, max: 100 }),
        async (latencies, cut) => {
          const projectId = randomUUID();
          for (let from = 0; from < latencies.length; from += cut) {
            const rows = latencies
              .slice(from, from + cut)
              .map((latencyMs) => interactionRow({ projectId, latencyMs }));
            await record(database, batchOf({ interactions: rows }), [rollUp]);
          }
          const [row] = await database.query<{ latency_bins: Uint8Array }>(
            `select latency_bins from usage_rollups where project_id = $1 and grain = 'day' and slice = 'all'`,
            [projectId],
          );
          const quantiles = [0, 0.5, 0.95, 0.99, 1];
          const found = quantilesOf(unpackBins(row?.latency_bins ?? new Uint8Array()), quantiles);
          quantiles.forEach((q, at) => {
            const exact = exactQuantile(latencies, q);
            expect(Math.abs((found[at] ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.0100001);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('count each interaction once as evaluated, however many evaluators score it', async () => {
    const interaction = interactionRow({ projectId: randomUUID() });
    await record(database, batchOf({ interactions: [interaction] }), [insertRaw, rollUp]);
    for (const [evaluator, flagged] of [
      ['rules', false],
      ['judge', true],
      ['detector', true],
    ] as const) {
      const scores = [scoreRow(interaction, { evaluator, flagged })];
      await record(database, batchOf({ scores }), [insertRaw, rollUp]);
    }
    const rows = await database.query(
      'select grain, evaluated, flagged from coverage_rollups where project_id = $1 order by grain',
      [interaction.projectId],
    );
    expect(rows).toEqual([
      { grain: 'day', evaluated: 1, flagged: 1 },
      { grain: 'hour', evaluated: 1, flagged: 1 },
    ]);
  });

  it('keep text that PostgreSQL cannot hold from breaking a batch', async () => {
    const projectId = randomUUID();
    const rows = ['m\u0000', 'm\uFFFD', 'm\uD800'].map((model) =>
      interactionRow({ projectId, model, userId: '__proto__', tags: ['\u0000'] }),
    );
    await record(database, batchOf({ interactions: rows }), [rollUp]);
    const [row] = await database.query(
      `select sum(requests) as n from usage_rollups where project_id = $1 and grain = 'hour' and slice = 'model'`,
      [projectId],
    );
    expect(row).toEqual({ n: 3 });
  });

  it('vanish with their project', async () => {
    const projectId = randomUUID();
    await database.query("insert into projects (id, slug, name) values ($1, 'gone', 'Gone')", [
      projectId,
    ]);
    const interaction = interactionRow({ projectId, userId: 'ann', status: 'error' });
    const batch = batchOf({ interactions: [interaction], scores: [scoreRow(interaction)] });
    await record(database, batch, [insertRaw, rollUp]);
    expect((await allRollUps(database, projectId)).length).toBeGreaterThan(5);
    await database.query('delete from projects where id = $1', [projectId]);
    expect(await allRollUps(database, projectId)).toEqual([]);
  });

  it('are right when several writers count at once into the same projects', async () => {
    const projects = [randomUUID(), randomUUID(), randomUUID()];
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let round = 0; round < 5; round++) {
        const order = writer % 2 === 0 ? projects : projects.toReversed();
        const interactions = order.map((projectId) => interactionRow({ projectId }));
        const scores = interactions.map((row) => scoreRow(row));
        await record(database, batchOf({ interactions, scores }), [insertRaw, rollUp]);
      }
    });
    await Promise.all(writers);
    for (const projectId of projects) await expectRollUpsEqualRows(database, projectId);
    const rows = await database.query(
      'select interactions, scores from activity where project_id = any($1::uuid[])',
      [projects],
    );
    expect(rows).toEqual(projects.map(() => ({ interactions: 30, scores: 30 })));
  });
});

async function removeSome(
  db: Database,
  given: { interactions: InteractionRow[]; scores: ScoreRow[]; deletions: number[] },
): Promise<void> {
  const ids = new Set(
    given.deletions.map((at) => given.interactions[at % given.interactions.length]?.id),
  );
  const interactions = given.interactions.filter((row) => ids.has(row.id));
  const scores = given.scores.filter((row) => ids.has(row.interactionId));
  await db.transaction(async (tx) => {
    for (const row of interactions) {
      await tx.query('delete from interactions where id = $1', [row.id]);
      await tx.query('delete from scores where interaction_id = $1', [row.id]);
    }
    await takeBack(tx, batchOf({ interactions, scores }));
  });
}

/** All roll-ups of a project as comparable lines; sums of fractions rounded, because their order differs. */
async function allRollUps(db: Database, projectId: string): Promise<object[]> {
  const round = (column: string): string => `round(${column}::numeric, 3)::text as ${column}`;
  const usage = await db.query(
    `select grain, slice, at, provider, model, operation, requests, errors, truncated, latency_n,
       ${round('latency_sum')}, encode(latency_bins, 'hex') as bins, encode(first_token_bins, 'hex') as first_bins,
       input_tokens, cached_input_tokens, output_tokens, cost_micro_usd, unpriced
     from usage_rollups where project_id = $1 order by 1, 2, 3, 4, 5, 6`,
    [projectId],
  );
  const errors = await db.query(
    `select * from error_rollups where project_id = $1 order by grain, at, provider, model, operation, error_type`,
    [projectId],
  );
  const scores = await db.query(
    `select grain, name, at, model, source, evaluator, n, ${round('value_sum')}, ${round('native_sum')}, flagged,
       low, high, levels, bins, labels,
       (select jsonb_object_agg(v.key, v.value -> 0) from jsonb_each(versions) as v(key, value)) as versions
     from score_rollups where project_id = $1 order by 1, 2, 3, 4, 5, 6`,
    [projectId],
  );
  const coverage = await db.query(
    'select * from coverage_rollups where project_id = $1 and evaluated > 0 order by grain, at, model',
    [projectId],
  );
  const facets = await db.query(
    `select facet, day, counts from facet_rollups where project_id = $1 and counts <> '{}' order by 1, 2`,
    [projectId],
  );
  return [...usage, ...errors, ...scores, ...coverage, ...facets];
}

async function expectRollUpsEqualRows(db: Database, projectId: string): Promise<void> {
  for (const grain of ['hour', 'day']) {
    await expectSame(db, {
      projectId,
      rollUps: `select at, provider, model, operation, requests, errors, truncated, latency_n,
          round(latency_sum::numeric, 2)::text as latency, input_tokens, output_tokens, cost_micro_usd, unpriced
        from usage_rollups where project_id = $1 and grain = '${grain}' and slice = 'model'`,
      rows: `select date_trunc('${grain}', created_at, 'UTC') as at, provider, coalesce(model, '') as model, operation,
          count(*) as requests, count(*) filter (where status = 'error') as errors,
          count(*) filter (where truncated) as truncated, count(latency_ms) as latency_n,
          round(coalesce(sum(latency_ms), 0)::numeric, 2)::text as latency,
          coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(output_tokens), 0) as output_tokens,
          coalesce(sum(cost_micro_usd), 0) as cost_micro_usd,
          count(*) filter (where status = 'success' and cost_micro_usd is null and model is not null) as unpriced
        from interactions where project_id = $1 group by 1, 2, 3, 4`,
    });
    await expectSame(db, {
      projectId,
      rollUps: `select at, sum(requests) as n, sum(errors) as errors, sum(cost_micro_usd) as cost
        from usage_rollups where project_id = $1 and grain = '${grain}' and slice = 'all' group by 1`,
      rows: `select date_trunc('${grain}', created_at, 'UTC') as at, count(*) as n,
          count(*) filter (where status = 'error') as errors, coalesce(sum(cost_micro_usd), 0) as cost
        from interactions where project_id = $1 group by 1`,
    });
    await expectSame(db, {
      projectId,
      rollUps: `select at, provider, error_type, sum(errors) as n from error_rollups
        where project_id = $1 and grain = '${grain}' group by 1, 2, 3`,
      rows: `select date_trunc('${grain}', created_at, 'UTC') as at, provider, error_type, count(*) as n
        from interactions where project_id = $1 and status = 'error' group by 1, 2, 3`,
    });
    await expectSame(db, {
      projectId,
      rollUps: `select at, name, model, source, evaluator, n, round(value_sum::numeric, 6)::text as total, flagged,
          bins[1] as first_bin, coalesce((labels ->> 'ok')::int, 0) as ok
        from score_rollups where project_id = $1 and grain = '${grain}'`,
      rows: `select date_trunc('${grain}', interaction_created_at, 'UTC') as at, name, coalesce(model, '') as model,
          source, evaluator, count(*) as n, round(sum(value)::numeric, 6)::text as total,
          count(*) filter (where flagged) as flagged, count(*) filter (where value < 0.1) as first_bin,
          count(*) filter (where label = 'ok')::int as ok
        from scores where project_id = $1 group by 1, 2, 3, 4, 5`,
    });
    await expectSame(db, {
      projectId,
      rollUps: `select at, evaluated, flagged from (
          select at, sum(evaluated) as evaluated, sum(flagged) as flagged from coverage_rollups
          where project_id = $1 and grain = '${grain}' group by 1) c where evaluated > 0`,
      rows: `select date_trunc('${grain}', interaction_created_at, 'UTC') as at,
          count(distinct interaction_id) as evaluated,
          count(distinct interaction_id) filter (where flagged) as flagged
        from scores where project_id = $1 and source <> 'human' group by 1`,
    });
  }
  const bins = await db.query<{ latency_n: number; latency_bins: Uint8Array }>(
    'select latency_n, latency_bins from usage_rollups where project_id = $1',
    [projectId],
  );
  for (const row of bins) expect(countOf(unpackBins(row.latency_bins))).toBe(row.latency_n);
}

async function expectSame(
  db: Database,
  given: { projectId: string; rollUps: string; rows: string },
): Promise<void> {
  const lines = async (sql: string): Promise<string[]> =>
    (await db.query(sql, [given.projectId]))
      .map((row) => JSON.stringify(row))
      .sort((a, b) => a.localeCompare(b));
  expect(await lines(given.rollUps)).toEqual(await lines(given.rows));
}
