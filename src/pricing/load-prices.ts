import type { Queryable } from '../store/database.ts';
import type { ProjectPrice } from './price.ts';

/** A row of `prices`. */
export interface PriceRow {
  readonly id: string;
  readonly project_id: string;
  readonly provider: string | null;
  readonly model: string;
  readonly valid_from: Date;
  readonly valid_to: Date | null;
  readonly input_usd_per_million: number | null;
  readonly cached_input_usd_per_million: number | null;
  readonly cache_write_input_usd_per_million: number | null;
  readonly output_usd_per_million: number | null;
  readonly audio_input_usd_per_million: number | null;
  readonly audio_output_usd_per_million: number | null;
  readonly created_at: Date;
  readonly revision: number;
}

export const PRICE_COLUMNS = `id, project_id, provider, model, valid_from, valid_to,
  input_usd_per_million, cached_input_usd_per_million, cache_write_input_usd_per_million,
  output_usd_per_million, audio_input_usd_per_million, audio_output_usd_per_million, created_at, revision`;

/** No installation has more own prices; the newest are loaded. */
const MAX_PRICES = 50_000;

/** Every project's own prices, for `createPricer`. Rejects when the database cannot be read. */
export async function loadPrices(db: Queryable): Promise<ProjectPrice[]> {
  const rows = await db.query<PriceRow>(
    `select ${PRICE_COLUMNS} from prices order by id desc limit $1`,
    [MAX_PRICES],
  );
  return rows.map(toProjectPrice);
}

/** The row in our words. */
export function toProjectPrice(row: PriceRow): ProjectPrice {
  return {
    id: row.id,
    projectId: row.project_id,
    provider: row.provider,
    model: row.model,
    validFrom: row.valid_from,
    validTo: row.valid_to,
    inputUsdPerMillion: row.input_usd_per_million,
    cachedInputUsdPerMillion: row.cached_input_usd_per_million,
    cacheWriteInputUsdPerMillion: row.cache_write_input_usd_per_million,
    outputUsdPerMillion: row.output_usd_per_million,
    audioInputUsdPerMillion: row.audio_input_usd_per_million,
    audioOutputUsdPerMillion: row.audio_output_usd_per_million,
    revision: row.revision,
  };
}
