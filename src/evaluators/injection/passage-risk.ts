import type { LinearModel } from '../models/linear-model.ts';
import type { TextGrams } from '../text/grams.ts';
import {
  discounted,
  type ModelView,
  riskOf,
  type Sign,
  signFinder,
  worstOf,
} from './attack-signs.ts';
import { ENGLISH_RULES } from './english-rules.ts';
import { ORDER_RULES } from './order-rules.ts';
import { OTHER_RULES } from './other-rules.ts';

/** Logs and transcripts imitate the frame of a conversation without harm. */
const find = signFinder([
  ...ORDER_RULES,
  ...[...ENGLISH_RULES, ...OTHER_RULES].filter(({ kind }) => kind !== 'fake_role'),
]);

/** Each time a passage is e times as long in sentences, its worst one must look this much worse, as log-odds. */
const LENGTH_DISCOUNT = 0.2;

/** How likely a passage of a document commands the model that reads it. */
export interface PassageRisk {
  /** In [0, 1]: 1 is an attack. */
  readonly risk: number;
  /** The sentence that looks worst to the model. */
  readonly worst: ModelView['sentence'];
  readonly signs: readonly Sign[];
}

/**
 * By the worst sentence, because whole documents drown what is injected (measured: AUC .60 whole, .90 by sentences).
 * The more sentences there are, the worse the worst of them looks by chance; that is discounted.
 */
export function passageRisk(text: string, grams: TextGrams, model: LinearModel): PassageRisk {
  const worst = worstOf(grams, model);
  const signs = find(text, grams, model);
  const byModel = discounted(worst, grams, LENGTH_DISCOUNT);
  return { risk: 1 - (1 - byModel) * (1 - riskOf(signs)), worst, signs };
}
