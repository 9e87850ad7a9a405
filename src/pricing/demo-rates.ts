import type { TokenRates } from './token-rates.ts';

/** Marks a price that nobody pays. */
export const DEMO_PRICE_VERSION = 'demo';

const NO_AUDIO = { audioAsText: true } as const;

/** Invented prices of the built-in demo models, in US dollars a million tokens. */
const DEMO_RATES: Readonly<Record<string, TokenRates>> = {
  'demo/good': { ...NO_AUDIO, input: 2.5, cachedInput: 1.25, output: 10 },
  'demo/poor': { ...NO_AUDIO, input: 0.15, cachedInput: 0.075, output: 0.6 },
  'demo/judge': { ...NO_AUDIO, input: 0.15, cachedInput: 0.075, output: 0.6 },
  'demo/slow': { ...NO_AUDIO, input: 15, cachedInput: 7.5, output: 60 },
};
const OTHER_DEMO_RATES: TokenRates = { ...NO_AUDIO, input: 1, cachedInput: 0.5, output: 4 };

/** The invented rates of a demo model. */
export function demoRates(model: string): TokenRates {
  return DEMO_RATES[model] ?? OTHER_DEMO_RATES;
}
