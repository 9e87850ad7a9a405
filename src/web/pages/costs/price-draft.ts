import type { Price } from '../../../contract/prices.ts';

/** From when on a price holds: what is past needs it before it can be priced again. */
export const SINCE = ['now', 'month', 'always', 'kept'] as const;
export type Since = (typeof SINCE)[number];

/** A price while it is written; figures in US dollars for a million tokens. */
export interface PriceDraft {
  /** Null makes a new one. */
  readonly id: string | null;
  readonly provider: string;
  readonly model: string;
  readonly input: number | null;
  readonly cached: number | null;
  readonly output: number | null;
  /** `kept`: as the price says already. */
  readonly since: Since;
  /** The price that is changed, for what the form does not ask. */
  readonly before: Price | null;
}

export const EMPTY_PRICE: PriceDraft = {
  id: null,
  provider: '',
  model: '',
  input: null,
  cached: null,
  output: null,
  since: 'now',
  before: null,
};

/** A price as the beginning of its change. */
export function priceDraftOf(price: Price): PriceDraft {
  return {
    id: price.id,
    provider: price.provider ?? '',
    model: price.model,
    input: price.inputUsdPerMillion,
    cached: price.cachedInputUsdPerMillion,
    output: price.outputUsdPerMillion,
    since: 'kept',
    before: price,
  };
}

const MONTH_DAYS = 30;
const DAY = 86_400_000;
/** Before there was anything to price. */
const LONG_AGO = '2000-01-01T00:00:00.000Z';

/** The moment that is meant; undefined leaves it to the server: now, or what it was. */
export function validFromOf(since: Since, now: number): string | undefined {
  if (since === 'always') return LONG_AGO;
  if (since !== 'month') return undefined;
  const start = now - MONTH_DAYS * DAY;
  return new Date(start - (start % DAY)).toISOString();
}
