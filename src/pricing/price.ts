import type { MicroUsd } from '../core/money.ts';
import type { Provenance, Usage } from '../interactions/record.ts';

/** A project's own price for a model, in US dollars per million tokens; null: not stated. */
export interface ProjectPrice {
  readonly id: string;
  readonly projectId: string;
  /** Null: whatever provider serves the model. */
  readonly provider: string | null;
  readonly model: string;
  readonly validFrom: Date;
  /** Exclusive; null: until further notice. */
  readonly validTo: Date | null;
  readonly inputUsdPerMillion: number | null;
  readonly cachedInputUsdPerMillion: number | null;
  readonly cacheWriteInputUsdPerMillion: number | null;
  readonly outputUsdPerMillion: number | null;
  readonly audioInputUsdPerMillion: number | null;
  readonly audioOutputUsdPerMillion: number | null;
}

export interface PriceQuestion {
  readonly projectId: string;
  readonly provider: string;
  readonly model: string | null;
  readonly usage: Usage;
  /** When the call was made: prices of that moment apply. */
  readonly at: Date;
}

export interface Price {
  readonly costMicroUsd: MicroUsd;
  /** As sure as the token counts it was made from. */
  readonly costSource: Provenance;
  /** `genai-prices@<version>`, `project:<price id>` or `demo`. */
  readonly priceVersion: string;
}

export type Pricer = (question: PriceQuestion) => Price | null;

/** Answers what calls cost; null when the model, its price or the token counts are unknown, never 0. */
export function createPricer({ prices }: { readonly prices: readonly ProjectPrice[] }): Pricer {
  void prices;
  return () => null;
}
