import type { NewPrice, Price } from '../contract/prices.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { NewId } from '../core/ids.ts';
import type { Database, Queryable } from '../store/database.ts';
import { PRICE_COLUMNS, type PriceRow, toProjectPrice } from './load-prices.ts';

export interface PriceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Writes who changed what, in the transaction of the change. */
  recordDeed(
    tx: Queryable,
    deed: {
      readonly projectId: string;
      readonly actor: string;
      readonly action: string;
      readonly target: string;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void>;
}

/** A project's own prices, newest first; `before` is the id of the last one of the page before. */
export async function listPrices(
  database: Queryable,
  of: { projectId: string; before: string | null; limit: number },
): Promise<Price[]> {
  const rows = await database.query<PriceRow>(
    `select ${PRICE_COLUMNS} from prices
     where project_id = $1 and ($2::uuid is null or id < $2::uuid)
     order by id desc limit $3`,
    [of.projectId, of.before, of.limit],
  );
  return rows.map(toPrice);
}

/** No listed price is outside; figures that are were most likely meant a token or a thousand tokens. */
const USUAL_USD_PER_MILLION = { least: 0.001, most: 1000 } as const;
const MAX_PRICES_OF_PROJECT = 2000;

/**
 * Adds a price. Throws `invalid_request` for a price that states nothing, ends before it begins or
 * has unusual figures without confirmation, and `conflict` when the project has the same one already
 * or too many.
 */
export async function addPrice(
  deps: PriceDeps,
  of: { projectId: string; actor: string },
  price: NewPrice,
): Promise<Price> {
  const now = new Date(deps.clock.now());
  const validFrom = price.validFrom === undefined ? now : new Date(price.validFrom);
  const validTo = price.validTo === null ? null : new Date(price.validTo);
  assertSound(price, validFrom, validTo);
  const id = deps.newId();
  return deps.database.transaction(async (tx) => {
    await assertNew(tx, { ...of, price, validFrom, except: null });
    const rows = await tx.query<PriceRow>(
      `insert into prices (${PRICE_COLUMNS})
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1) returning ${PRICE_COLUMNS}`,
      [id, of.projectId, price.provider, price.model, validFrom, validTo, ...figures(price), now],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('A price was inserted and not returned.');
    const { provider, model } = price;
    const details = { provider, model, inputUsdPerMillion: price.inputUsdPerMillion };
    await deps.recordDeed(tx, { ...of, action: 'price.created', target: id, details });
    return toPrice(row);
  });
}

/**
 * Changes a price in place, all of it; without `validFrom` that stays. Costs that are recorded stay as they are until
 * they are priced anew, and tell the new revision then. Throws as `addPrice` does, and `not_found`.
 */
export async function changePrice(
  deps: PriceDeps,
  of: { projectId: string; actor: string; id: string },
  price: NewPrice,
): Promise<Price> {
  const { projectId, actor, id } = of;
  return deps.database.transaction(async (tx) => {
    const [before] = await tx.query<PriceRow>(
      `select ${PRICE_COLUMNS} from prices where id = $1 and project_id = $2 for update`,
      [id, projectId],
    );
    if (before === undefined) throw noPrice();
    const validFrom = price.validFrom === undefined ? before.valid_from : new Date(price.validFrom);
    const validTo = price.validTo === null ? null : new Date(price.validTo);
    assertSound(price, validFrom, validTo);
    await assertNew(tx, { projectId, price, validFrom, except: id });
    const [row] = await tx.query<PriceRow>(
      `update prices set provider = $3, model = $4, valid_from = $5, valid_to = $6, input_usd_per_million = $7,
         cached_input_usd_per_million = $8, cache_write_input_usd_per_million = $9, output_usd_per_million = $10,
         audio_input_usd_per_million = $11, audio_output_usd_per_million = $12, revision = revision + 1
       where id = $1 and project_id = $2 returning ${PRICE_COLUMNS}`,
      [id, projectId, price.provider, price.model, validFrom, validTo, ...figures(price)],
    );
    if (row === undefined) throw noPrice();
    const { provider, model } = price;
    const details = { provider, model, inputUsdPerMillion: price.inputUsdPerMillion };
    const deed = { projectId, actor, action: 'price.changed', target: id };
    await deps.recordDeed(tx, { ...deed, details });
    return toPrice(row);
  });
}

function noPrice(): AppError {
  return new AppError('not_found', 'There is no such price.');
}

/** Removes a price; costs already recorded stay. Throws `not_found` when the project has no such price. */
export async function removePrice(
  deps: PriceDeps,
  of: { projectId: string; actor: string },
  id: string,
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const rows = await tx.query<{ model: string }>(
      'delete from prices where id = $1 and project_id = $2 returning model',
      [id, of.projectId],
    );
    const [row] = rows;
    if (row === undefined) throw noPrice();
    const details = { model: row.model };
    await deps.recordDeed(tx, { ...of, action: 'price.deleted', target: id, details });
  });
}

function figures(price: NewPrice): (number | null)[] {
  return [
    price.inputUsdPerMillion,
    price.cachedInputUsdPerMillion,
    price.cacheWriteInputUsdPerMillion,
    price.outputUsdPerMillion,
    price.audioInputUsdPerMillion,
    price.audioOutputUsdPerMillion,
  ];
}

function assertSound(price: NewPrice, validFrom: Date, validTo: Date | null): void {
  const stated = figures(price).filter((figure) => figure !== null);
  if (stated.length === 0) {
    throw new AppError('invalid_request', 'A price needs at least one figure.');
  }
  if (validTo !== null && validTo <= validFrom) {
    throw new AppError('invalid_request', 'validTo has to be later than validFrom.');
  }
  const { least, most } = USUAL_USD_PER_MILLION;
  const unusual = stated.filter((figure) => figure > most || (figure > 0 && figure < least));
  if (unusual.length > 0 && !price.confirmUnusual) {
    throw new AppError(
      'invalid_request',
      `Prices are US dollars for a million tokens; ${unusual.join(', ')} looks like a price for one or a thousand tokens. Send confirmUnusual: true if it is meant.`,
      { details: { unusual, ...USUAL_USD_PER_MILLION } },
    );
  }
}

async function assertNew(
  tx: Queryable,
  of: { projectId: string; price: NewPrice; validFrom: Date; except: string | null },
): Promise<void> {
  const { provider, model } = of.price;
  const rows = await tx.query<{ same: number; all: number }>(
    `select count(*) as all, count(*) filter (
       where lower(model) = lower($2) and lower(provider) is not distinct from lower($3)
         and valid_from = $4 and id is distinct from $5::uuid) as same
     from prices where project_id = $1`,
    [of.projectId, model, provider, of.validFrom, of.except],
  );
  if ((rows[0]?.same ?? 0) > 0) {
    throw new AppError(
      'conflict',
      'The project already has a price for this model from that moment.',
    );
  }
  if (of.except === null && (rows[0]?.all ?? 0) >= MAX_PRICES_OF_PROJECT) {
    throw new AppError('conflict', `A project can have ${MAX_PRICES_OF_PROJECT} prices.`);
  }
}

function toPrice(row: PriceRow): Price {
  const { projectId: _, revision: __, validFrom, validTo, ...price } = toProjectPrice(row);
  return {
    ...price,
    validFrom: validFrom.toISOString(),
    validTo: validTo?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
