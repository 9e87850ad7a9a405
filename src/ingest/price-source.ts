import type { Clock } from '../core/clock.ts';
import { loadPrices } from '../pricing/load-prices.ts';
import { createPricer, type Pricer } from '../pricing/price.ts';
import type { Queryable } from '../store/database.ts';

const REFRESH_MS = 30_000;

/** The current prices; projects' own ones are read again every half minute. Rejects when they cannot be. */
export function createPriceSource(db: Queryable, clock: Clock): () => Promise<Pricer> {
  let current: { readonly price: Pricer; readonly atMs: number } | null = null;
  return async () => {
    const nowMs = clock.monotonic();
    if (current === null || nowMs - current.atMs > REFRESH_MS) {
      current = { price: createPricer({ prices: await loadPrices(db) }), atMs: nowMs };
    }
    return current.price;
  };
}
