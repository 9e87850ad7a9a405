import type { SafetyScore } from '../../../contract/safety.ts';

export const KINDS = [
  'toxicity',
  'pii',
  'secrets',
  'prompt_injection',
  'indirect_injection',
  'bias_cues',
  'grounding',
  'harmlessness',
  'bias',
  'faithfulness',
] as const satisfies readonly SafetyScore[];

export interface SafetySearch {
  readonly kind?: SafetyScore | undefined;
}

/** Which kind of flag the examples are of; unknown ones are all. */
export function readSafetySearch(search: Record<string, unknown>): SafetySearch {
  const kind = KINDS.find((known) => known === search['kind']);
  return kind === undefined ? {} : { kind };
}
