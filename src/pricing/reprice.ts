import type { Clock } from '../core/clock.ts';
import type { InteractionRow } from '../interactions/record.ts';
import {
  INTERACTION_COLUMNS,
  interactionOf,
  type StoredInteraction,
} from '../interactions/stored-row.ts';
import type { Database, Queryable } from '../store/database.ts';
import { jsonText } from '../store/values.ts';
import { loadPrices } from './load-prices.ts';
import { createPricer, type Pricer } from './price.ts';
import { REPRICING_COLUMNS, type RepricingRow } from './repricings.ts';

/** A stored call before and after it got another cost; nothing else of it differs. */
export interface RepricedCall {
  readonly before: InteractionRow;
  readonly after: InteractionRow;
}

export interface RepriceDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Corrects everything that has counted the costs of the calls; in the transaction that changes their rows. */
  recount(tx: Queryable, calls: readonly RepricedCall[]): Promise<void>;
}

/** Short transactions: the loader of the project waits for each. */
const PAGE_ROWS = 500;

/**
 * Prices the calls of a re-pricing anew, from where it stands to its end, page by page: rows, roll-ups, budgets and the
 * place move in one transaction, so a run that was cut off goes on where it was. Rejects when aborted. Answers without
 * doing anything when the re-pricing is over or unknown.
 */
export async function runRepricing(
  deps: RepriceDeps,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const run = await begin(deps, id);
  if (run === null) return;
  const price = createPricer({ prices: await loadPrices(deps.database) });
  for (;;) {
    signal.throwIfAborted();
    const went = await deps.database.transaction((tx) => repricePage(deps, tx, { run, price }));
    if (went !== 'on') break;
  }
}

async function begin({ database, clock }: RepriceDeps, id: string): Promise<RepricingRow | null> {
  const [row] = await database.query<RepricingRow>(
    `update repricings set status = 'running', started_at = coalesce(started_at, $2), error = null
     where id = $1 and status in ('queued', 'running') returning ${REPRICING_COLUMNS}`,
    [id, new Date(clock.now())],
  );
  if (row === undefined) return null;
  if (row.total === null) await countCalls(database, row);
  return row;
}

async function countCalls(database: Database, run: RepricingRow): Promise<void> {
  await database.query(
    `update repricings set total = (
       select count(*) from interactions i
       where project_id = $2 and created_at >= $3 and created_at < $4 and ${isOfModel('$5')})
     where id = $1`,
    [run.id, run.project_id, run.from_at, run.to_at, likeModel(run.model)],
  );
}

/** As prices are looked up: by the caller's name of the model or the provider's, whatever the case. */
function isOfModel(pattern: string): string {
  return `(${pattern}::text is null or lower(i.model) like ${pattern} or lower(i.response_model) like ${pattern})`;
}

/** The pattern of a name, or of a beginning followed by `*`; null for every model. */
function likeModel(model: string | null): string | null {
  if (model === null) return null;
  const name = model.toLowerCase().replace(/[\\%_]/g, '\\$&');
  return name.endsWith('*') ? `${name.slice(0, -1)}%` : name;
}

type PageRow = StoredInteraction & { readonly service_tier: string | null };

async function repricePage(
  { clock, recount }: RepriceDeps,
  tx: Queryable,
  { run, price }: { run: RepricingRow; price: Pricer },
): Promise<'on' | 'over'> {
  const [place] = await tx.query<{ at: string | null; id: string | null }>(
    `select place_at::text as at, place_id as id from repricings where id = $1 and status = 'running' for update`,
    [run.id],
  );
  if (place === undefined) return 'over';
  const rows = await pageAfter(tx, run, place);
  const calls = rows.flatMap((row) => repriced(row, price));
  if (calls.length > 0) {
    await writeCosts(tx, rows, calls);
    await recount(tx, calls);
  }
  const last = rows.at(-1);
  const over = rows.length < PAGE_ROWS;
  await tx.query(
    `update repricings set scanned = scanned + $2, changed = changed + $3, before_micro_usd = before_micro_usd + $4,
       after_micro_usd = after_micro_usd + $5, place_at = coalesce($6::text::timestamptz, place_at),
       place_id = coalesce($7::uuid, place_id), status = case when $8::boolean then 'done' else status end,
       finished_at = case when $8 then $9::timestamptz end
     where id = $1`,
    [
      run.id,
      rows.length,
      calls.length,
      sumOf(calls.map(({ before }) => before)),
      sumOf(calls.map(({ after }) => after)),
      last?.at_text ?? null,
      last?.id ?? null,
      over,
      new Date(clock.now()),
    ],
  );
  return over ? 'over' : 'on';
}

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** The next calls in the order of time. The service tier is not a column: it is read from OpenAI's answers. */
async function pageAfter(
  tx: Queryable,
  run: RepricingRow,
  place: { readonly at: string | null; readonly id: string | null },
): Promise<PageRow[]> {
  return await tx.query<PageRow>(
    `select ${INTERACTION_COLUMNS},
       case when i.provider in ('openai', 'azure') then (
         select substring(b.response_body from '"service_tier" *: *"([a-z]+)"') from interaction_bodies b
         where b.created_at = i.created_at and b.interaction_id = i.id) end as service_tier
     from interactions i
     where i.project_id = $1 and i.created_at >= $2 and i.created_at < $3 and ${isOfModel('$4')}
       and (i.created_at, i.id) > ($5::text::timestamptz, $6::uuid)
     order by i.created_at, i.id limit ${PAGE_ROWS} for update of i`,
    [
      run.project_id,
      place.at ?? run.from_at,
      run.to_at,
      likeModel(run.model),
      place.at ?? '-infinity',
      place.id ?? FIRST_ID,
    ],
  );
}

/** The call with its new cost; nothing when it is priced by the same version, or not by us. */
function repriced(row: PageRow, price: Pricer): RepricedCall[] {
  const before = interactionOf(row);
  // What the sender stated is the sender's to change; answers from the cache cost nothing.
  if (before.costMicroUsd !== null && before.priceVersion === null) return [];
  if (before.handling.cache === 'hit') return [];
  const { projectId, provider, model, responseModel, usage, createdAt: at } = before;
  const found = price({
    projectId,
    provider,
    model,
    responseModel,
    serviceTier: row.service_tier,
    usage,
    at,
  });
  // A list that no longer has a model does not unmake what it once said.
  if (found === null && before.priceVersion?.startsWith('project:') !== true) return [];
  const cost = found ?? { costMicroUsd: null, costSource: null, priceVersion: null };
  return cost.priceVersion === before.priceVersion
    ? []
    : [{ before, after: { ...before, ...cost } }];
}

async function writeCosts(
  tx: Queryable,
  rows: readonly PageRow[],
  calls: readonly RepricedCall[],
): Promise<void> {
  const times = new Map(rows.map(({ id, at_text }) => [id, at_text]));
  const first = rows[0]?.at_text ?? null;
  const last = rows.at(-1)?.at_text ?? null;
  const changes = calls.map(({ after }) => ({
    id: after.id,
    at: times.get(after.id),
    cost: after.costMicroUsd,
    source: after.costSource,
    version: after.priceVersion,
  }));
  await tx.query(
    `update interactions i set cost_micro_usd = r.cost, cost_source = r.source, price_version = r.version
     from jsonb_to_recordset($1::text::jsonb) as r(id uuid, at timestamptz, cost bigint, source text, version text)
     where i.created_at >= $2::text::timestamptz and i.created_at <= $3::text::timestamptz
       and i.created_at = r.at and i.id = r.id`,
    [jsonText(changes), first, last],
  );
}

function sumOf(rows: readonly InteractionRow[]): number {
  return rows.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0), 0);
}
