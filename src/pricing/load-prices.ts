import type { Queryable } from '../store/database.ts';
import type { ProjectPrice } from './price.ts';

/** Every project's own prices, for `createPricer`. */
export async function loadPrices(db: Queryable): Promise<ProjectPrice[]> {
  void db;
  return [];
}
