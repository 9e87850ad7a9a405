import { type Catalogue, openCatalogue } from './catalogue.ts';
import type { Rate } from './token-rates.ts';

let catalogue: Catalogue | null = null;

/** What the bundled list charges for a model at a moment, in US dollars a million tokens; of tiered prices the first. */
export function listedUsdPerMillion(
  of: { readonly provider: string; readonly model: string },
  at: Date,
): { readonly inputUsdPerMillion: number | null; readonly outputUsdPerMillion: number | null } {
  catalogue ??= openCatalogue();
  const found = catalogue.find(of.provider, of.model, at);
  return {
    inputUsdPerMillion: baseOf(found?.rates.input),
    outputUsdPerMillion: baseOf(found?.rates.output),
  };
}

function baseOf(rate: Rate | undefined): number | null {
  if (rate === undefined) return null;
  return typeof rate === 'number' ? rate : rate.base;
}
