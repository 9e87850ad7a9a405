import type { Domain } from './text/domains.ts';

/** The parts of quality, each in [0, 1]; null where it is not known. */
export interface QualityParts {
  readonly similarity: number | null;
  readonly accuracy: number | null;
  readonly relevance: number | null;
  readonly coherence: number | null;
}

type Weights = Readonly<Record<keyof QualityParts, number>>;

const TECHNICAL: Weights = { similarity: 0.15, accuracy: 0.4, relevance: 0.35, coherence: 0.1 };
const ACADEMIC: Weights = { similarity: 0.2, accuracy: 0.35, relevance: 0.3, coherence: 0.15 };
const BUSINESS: Weights = { similarity: 0.2, accuracy: 0.25, relevance: 0.4, coherence: 0.15 };
const CREATIVE: Weights = { similarity: 0.25, accuracy: 0.2, relevance: 0.35, coherence: 0.2 };
const GENERAL: Weights = { similarity: 0.2, accuracy: 0.3, relevance: 0.3, coherence: 0.2 };

/** Source: the weights of llm-monitoring-framework by its groups of domains. */
const WEIGHTS: Readonly<Record<Domain, Weights>> = {
  software_engineering: TECHNICAL,
  data_science: TECHNICAL,
  cybersecurity: TECHNICAL,
  mathematics: TECHNICAL,
  science: ACADEMIC,
  literature: ACADEMIC,
  business_strategy: BUSINESS,
  marketing: BUSINESS,
  finance: BUSINESS,
  instructional: CREATIVE,
  exploratory: CREATIVE,
  comparative: CREATIVE,
  analytical: CREATIVE,
  general: GENERAL,
};

/**
 * Quality in [0, 1] as the mean of its parts, weighted by the domain of the question. Parts that are not known take no
 * share: the weights of the others are made to add up to 1. Null when no part is known.
 */
export function overallQuality(domain: Domain, parts: QualityParts): number | null {
  const weights = WEIGHTS[domain];
  let sum = 0;
  let total = 0;
  for (const name of ['similarity', 'accuracy', 'relevance', 'coherence'] as const) {
    const value = parts[name];
    if (value === null) continue;
    sum += weights[name] * value;
    total += weights[name];
  }
  // Rounding may carry a mean of ones a hair above 1.
  return total === 0 ? null : Math.min(1, sum / total);
}
