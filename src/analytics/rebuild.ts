import type { InteractionRow } from '../interactions/record.ts';
import type { Database, Queryable } from '../store/database.ts';
import { lockActivity } from './roll-up.ts';
import { writeScores } from './roll-up-scores.ts';
import { writeErrors, writeFacets, writeUsage } from './roll-up-usage.ts';
import { type CountedInteraction, GRAIN_MS, tallyInteractions } from './tally.ts';
import { type CountedScore, tallyScores } from './tally-scores.ts';

const PAGE_ROWS = 5_000;

/** Days (UTC) of one project whose roll-ups are made again: `from` inclusive, `to` exclusive, both cut to days. */
export interface RebuildRange {
  readonly projectId: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Makes the roll-ups of whole days again from the raw rows, one transaction a day; writers of the project wait
 * meanwhile. Days whose raw rows were dropped by retention come out empty: leave them out of the range.
 * Facets come out the same only for days with at most 256 values each.
 */
export async function rebuildRollUps(database: Database, range: RebuildRange): Promise<void> {
  const first = Math.floor(range.from.getTime() / GRAIN_MS.day);
  const last = Math.ceil(range.to.getTime() / GRAIN_MS.day);
  for (let day = first; day < last; day++) {
    const window = {
      projectId: range.projectId,
      from: new Date(day * GRAIN_MS.day),
      to: new Date((day + 1) * GRAIN_MS.day),
    };
    await database.transaction((tx) => rebuildDay(tx, window));
  }
}

async function rebuildDay(tx: Queryable, day: RebuildRange): Promise<void> {
  await lockActivity(tx, new Map([[day.projectId, { interactions: 0, scores: 0 }]]));
  const bounds = [day.projectId, day.from, day.to];
  for (const table of ['usage_rollups', 'error_rollups', 'score_rollups', 'coverage_rollups']) {
    await tx.query(`delete from ${table} where project_id = $1 and at >= $2 and at < $3`, bounds);
  }
  await tx.query('delete from facet_rollups where project_id = $1 and day = $2::date', [
    day.projectId,
    day.from.toISOString().slice(0, 10),
  ]);
  await eachPage(
    (after) => interactionsAfter(tx, day, after),
    async (rows) => {
      const { usage, errors, facets } = tallyInteractions(rows.map(interactionOf));
      await writeUsage(tx, usage, 1);
      await writeErrors(tx, errors, 1);
      await writeFacets(tx, facets, 1);
    },
  );
  await eachPage(
    (after) => scoresAfter(tx, day, after),
    async (rows) => {
      await writeScores(tx, tallyScores(rows.map(scoreOf)), 1);
    },
  );
  await rebuildCoverage(tx, day);
}

/** Where a page ended; the time is text, because a Date would lose its microseconds. */
interface PageEnd {
  readonly id: string;
  readonly at_text: string;
}

async function eachPage<Row extends PageEnd>(
  page: (after: PageEnd | null) => Promise<Row[]>,
  take: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  let after: PageEnd | null = null;
  for (;;) {
    const rows: Row[] = await page(after);
    if (rows.length > 0) await take(rows);
    if (rows.length < PAGE_ROWS) return;
    after = rows.at(-1) ?? null;
  }
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

interface RawInteraction extends PageEnd {
  readonly project_id: string;
  readonly created_at: Date;
  readonly origin: InteractionRow['origin'];
  readonly operation: string;
  readonly provider: string;
  readonly model: string | null;
  readonly status: 'success' | 'error';
  readonly error_type: InteractionRow['errorType'];
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly tags: readonly string[];
  readonly input_tokens: number | null;
  readonly cached_input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly cost_micro_usd: number | null;
  readonly latency_ms: number | null;
  readonly first_token_ms: number | null;
  readonly truncated: boolean;
  readonly route: string | null;
  readonly cache: 'hit' | 'miss' | null;
}

async function interactionsAfter(
  tx: Queryable,
  day: RebuildRange,
  after: PageEnd | null,
): Promise<RawInteraction[]> {
  return await tx.query<RawInteraction>(
    `select id, created_at::text as at_text, project_id, created_at, origin, operation, provider, model, status,
       error_type, user_id, session_id, to_jsonb(tags) as tags, input_tokens, cached_input_tokens, output_tokens,
       cost_micro_usd, latency_ms, first_token_ms, truncated, route, cache
     from interactions
     where project_id = $1 and created_at >= $2 and created_at < $3
       and (created_at, id) > ($4::text::timestamptz, $5::uuid)
     order by created_at, id limit ${PAGE_ROWS}`,
    [
      day.projectId,
      day.from,
      day.to,
      after?.at_text ?? day.from.toISOString(),
      after?.id ?? FIRST_ID,
    ],
  );
}

function interactionOf(row: RawInteraction): CountedInteraction {
  return {
    projectId: row.project_id,
    createdAt: row.created_at,
    origin: row.origin,
    operation: row.operation,
    provider: row.provider,
    model: row.model,
    status: row.status,
    errorType: row.error_type,
    userId: row.user_id,
    sessionId: row.session_id,
    tags: row.tags,
    usage: {
      input: row.input_tokens,
      cachedInput: row.cached_input_tokens,
      output: row.output_tokens,
    },
    costMicroUsd: row.cost_micro_usd,
    latencyMs: row.latency_ms,
    firstTokenMs: row.first_token_ms,
    truncated: row.truncated,
    handling: { route: row.route, cache: row.cache },
  };
}

interface RawScore extends PageEnd {
  readonly project_id: string;
  readonly interaction_created_at: Date;
  readonly model: string | null;
  readonly name: string;
  readonly value: number;
  readonly native_value: number | null;
  readonly label: string | null;
  readonly source: CountedScore['source'];
  readonly evaluator: string;
  readonly evaluator_version: string;
  readonly flagged: boolean;
}

/** Scores of calls that the program made itself are not counted. */
const OF_APPLICATIONS = `not exists (
  select 1 from interactions i where i.created_at = s.interaction_created_at and i.id = s.interaction_id
    and i.created_at >= $2 and i.created_at < $3 and i.origin in ('judge', 'run'))`;

async function scoresAfter(
  tx: Queryable,
  day: RebuildRange,
  after: PageEnd | null,
): Promise<RawScore[]> {
  return await tx.query<RawScore>(
    `select id, interaction_created_at::text as at_text, project_id, interaction_created_at, model, name, value,
       native_value, label, source, evaluator, evaluator_version, flagged
     from scores s
     where project_id = $1 and interaction_created_at >= $2 and interaction_created_at < $3
       and ${OF_APPLICATIONS} and (interaction_created_at, id) > ($4::text::timestamptz, $5::uuid)
     order by interaction_created_at, id limit ${PAGE_ROWS}`,
    [
      day.projectId,
      day.from,
      day.to,
      after?.at_text ?? day.from.toISOString(),
      after?.id ?? FIRST_ID,
    ],
  );
}

function scoreOf(row: RawScore): CountedScore {
  return {
    projectId: row.project_id,
    interactionCreatedAt: row.interaction_created_at,
    model: row.model,
    name: row.name,
    value: row.value,
    nativeValue: row.native_value,
    label: row.label,
    source: row.source,
    evaluator: row.evaluator,
    evaluatorVersion: row.evaluator_version,
    flagged: row.flagged,
  };
}

async function rebuildCoverage(tx: Queryable, day: RebuildRange): Promise<void> {
  await tx.query(
    `insert into coverage_rollups (project_id, grain, at, model, evaluated, flagged)
     select $1::uuid, g.grain, date_trunc(g.grain, e.at, 'UTC'), e.model, count(*), count(*) filter (where e.flagged)
     from (
       select interaction_created_at as at, coalesce(min(model), '') as model, bool_or(flagged) as flagged
       from scores s
       where project_id = $1 and interaction_created_at >= $2 and interaction_created_at < $3 and source <> 'human'
         and ${OF_APPLICATIONS}
       group by interaction_created_at, interaction_id
     ) e
     cross join (values ('hour'), ('day')) as g(grain)
     group by g.grain, date_trunc(g.grain, e.at, 'UTC'), e.model`,
    [day.projectId, day.from, day.to],
  );
}
