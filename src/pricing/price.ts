import type { MicroUsd } from '../core/money.ts';
import type { Provenance, Usage } from '../interactions/record.ts';
import { type Catalogue, openCatalogue } from './catalogue.ts';
import { DEMO_PRICE_VERSION, demoRates } from './demo-rates.ts';
import { costOf, type RawCost, type TokenRates } from './token-rates.ts';

/** A project's own price for a model, in US dollars per million tokens; null: not stated. */
export interface ProjectPrice {
  readonly id: string;
  readonly projectId: string;
  /** Null: whatever provider serves the model. */
  readonly provider: string | null;
  /** The exact name, or a beginning followed by `*`. Case does not matter. */
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
  /** Counts changes of the price; 1 (or absent) as it was made. */
  readonly revision?: number;
}

export interface PriceQuestion {
  readonly projectId: string;
  readonly provider: string;
  /** The model as the caller named it. */
  readonly model: string | null;
  /** The model as the provider named it in its answer; more exact where both have a price. */
  readonly responseModel?: string | null;
  /** As the provider reported it: `default`, `flex`, `priority`, `batch`. */
  readonly serviceTier?: string | null;
  readonly usage: Usage;
  /** When the call was made: prices of that moment apply. */
  readonly at: Date;
}

export interface Price {
  /** Rounded to the nearest micro-dollar, so a call is off by at most half of one. */
  readonly costMicroUsd: MicroUsd;
  /** As sure as the token counts; `estimated` when the price itself was a guess. */
  readonly costSource: Provenance;
  /** `genai-prices@<version>`, `project:<price id>` (with `#<revision>` once it was changed) or `demo`. */
  readonly priceVersion: string;
}

export type Pricer = (question: PriceQuestion) => Price | null;

/** Rates with where they are from. */
interface Quote {
  readonly rates: TokenRates;
  readonly priceVersion: string;
  readonly guessed: boolean;
  /** 1, or the share of the listed price that the service tier costs. */
  readonly factor: number;
}

/**
 * Answers what calls cost: a project's own price of the day first, then the bundled price list at the
 * time of the call. Failed and partial calls are priced like others when their tokens are known. Null
 * when the model, its price or the token counts are unknown, never 0.
 */
export function createPricer({ prices }: { readonly prices: readonly ProjectPrice[] }): Pricer {
  const catalogue = openCatalogue();
  const byProject = Map.groupBy(prices, (price) => price.projectId);
  return (question) => {
    if (question.usage.source === null) return null;
    const quote =
      ownQuote(byProject.get(question.projectId) ?? [], question) ?? listQuote(catalogue, question);
    const cost = quote === null ? null : costOf(question.usage, quote.rates);
    return quote === null || cost === null ? null : priced(question.usage.source, quote, cost);
  };
}

function priced(source: Provenance, quote: Quote, cost: RawCost): Price | null {
  const costMicroUsd = Math.round(cost.microUsd * quote.factor);
  if (!Number.isSafeInteger(costMicroUsd)) return null;
  return {
    costMicroUsd,
    costSource: quote.guessed || cost.assumed ? 'estimated' : source,
    priceVersion: quote.priceVersion,
  };
}

function ownQuote(prices: readonly ProjectPrice[], question: PriceQuestion): Quote | null {
  for (const model of namesOf(question.model, question.responseModel)) {
    const best = prices
      .filter((price) => applies(price, question, model))
      .toSorted(moreSpecificFirst)[0];
    if (best !== undefined) {
      const { id, revision = 1 } = best;
      const priceVersion = revision > 1 ? `project:${id}#${revision}` : `project:${id}`;
      return { rates: toRates(best), priceVersion, guessed: false, factor: 1 };
    }
  }
  return null;
}

function applies(price: ProjectPrice, { provider, at }: PriceQuestion, model: string): boolean {
  const name = price.model.toLowerCase();
  const named = name.endsWith('*')
    ? model.toLowerCase().startsWith(name.slice(0, -1))
    : model.toLowerCase() === name;
  return (
    named &&
    (price.provider === null || price.provider.toLowerCase() === provider.toLowerCase()) &&
    price.validFrom <= at &&
    (price.validTo === null || at < price.validTo)
  );
}

/** Exact names before beginnings, a named provider before any, longer names and later dates first. */
function moreSpecificFirst(a: ProjectPrice, b: ProjectPrice): number {
  return (
    Number(a.model.endsWith('*')) - Number(b.model.endsWith('*')) ||
    Number(a.provider === null) - Number(b.provider === null) ||
    b.model.length - a.model.length ||
    b.validFrom.getTime() - a.validFrom.getTime() ||
    b.id.localeCompare(a.id)
  );
}

function toRates(price: ProjectPrice): TokenRates {
  return {
    input: price.inputUsdPerMillion ?? undefined,
    cachedInput: price.cachedInputUsdPerMillion ?? undefined,
    cacheWriteInput: price.cacheWriteInputUsdPerMillion ?? undefined,
    audioInput: price.audioInputUsdPerMillion ?? undefined,
    output: price.outputUsdPerMillion ?? undefined,
    audioOutput: price.audioOutputUsdPerMillion ?? undefined,
    audioAsText: false,
  };
}

function listQuote(catalogue: Catalogue, question: PriceQuestion): Quote | null {
  const { provider, at } = question;
  if (provider === 'demo') return demoQuote(catalogue, question);
  for (const model of namesOf(question.responseModel, question.model)) {
    const found = catalogue.find(provider, model, at);
    if (found !== null) {
      const tier = tierOf(found.provider, question.serviceTier ?? null);
      return {
        rates: found.rates,
        priceVersion: catalogue.version,
        guessed: found.guessed || tier.guessed,
        factor: tier.factor,
      };
    }
  }
  return null;
}

/** Sample traffic names real models, so that its costs look real; its price says that they are not. */
function demoQuote(catalogue: Catalogue, { model, at }: PriceQuestion): Quote | null {
  if (model === null) return null;
  const listed = model.startsWith('demo/') ? null : catalogue.find('', model, at);
  return {
    rates: listed?.rates ?? demoRates(model),
    priceVersion: DEMO_PRICE_VERSION,
    guessed: false,
    factor: 1,
  };
}

/**
 * OpenAI charges half for `flex` and `batch` (source: openai.com/api/pricing and its flex processing
 * guide, 2025). `priority` costs more by a factor of its own for each model, which the list does not have:
 * the standard price is then a lower bound.
 */
function tierOf(provider: string, tier: string | null): { factor: number; guessed: boolean } {
  if (tier === 'priority') return { factor: 1, guessed: true };
  const half = provider === 'openai' && (tier === 'flex' || tier === 'batch');
  return { factor: half ? 0.5 : 1, guessed: half };
}

function namesOf(...names: readonly (string | null | undefined)[]): string[] {
  const known = names.filter((name): name is string => typeof name === 'string' && name !== '');
  return [...new Set(known)];
}
