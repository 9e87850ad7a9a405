import { loadPrices } from '../pricing/load-prices.ts';
import { createPricer, type Pricer } from '../pricing/price.ts';
import type { Queryable } from '../store/database.ts';

/**
 * The prices of this moment, asked for each batch: projects' own ones are read again when any of them changed,
 * because a call may have been let through on a price that was made just before it. Rejects when they cannot
 * be read.
 */
export function createPriceSource(db: Queryable): () => Promise<Pricer> {
  let current: { readonly price: Pricer; readonly state: string } | null = null;
  return async () => {
    const state = await stateOfPrices(db);
    if (current?.state !== state) {
      current = { price: createPricer({ prices: await loadPrices(db) }), state };
    }
    return current.price;
  };
}

/** Another text after every change: a new price has a new id, a changed one a higher revision. */
async function stateOfPrices(db: Queryable): Promise<string> {
  const [row] = await db.query<{ state: string }>(
    `select concat_ws(' ', count(*), coalesce(sum(revision), 0), max(id::text)) as state from prices`,
  );
  return row?.state ?? '';
}
