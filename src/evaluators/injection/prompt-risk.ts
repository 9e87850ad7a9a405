import type { LinearModel } from '../models/linear-model.ts';
import { gramsOf, type TextGrams } from '../text/grams.ts';
import {
  discounted,
  type ModelView,
  riskOf,
  type Sign,
  signFinder,
  viewOf,
} from './attack-signs.ts';
import { ENGLISH_RULES } from './english-rules.ts';
import { OTHER_RULES } from './other-rules.ts';
import { blankQuotes } from './plain-text.ts';

const find = signFinder([...ENGLISH_RULES, ...OTHER_RULES]);

/** How likely a user's message attacks the model it is sent to. */
export interface PromptRisk {
  /** In [0, 1]: 1 is an attack. */
  readonly risk: number;
  readonly view: ModelView;
  readonly signs: readonly Sign[];
}

/** Each time a text is e times as long in sentences, its worst one must look this much worse, as log-odds. */
const LENGTH_DISCOUNT = 0.3;

/** From here on a message with quotations is looked at again without them. */
const SECOND_LOOK = 0.3;
/** Words of somebody who talks about a sentence instead of meaning it. */
const TALKS_ABOUT =
  /\b(?:translat|mean|classif|categori[sz]|detect|grammatical|proofread|spell|example|explain|attack|dangerous|harmful|safe\b|how do you say|regular expression|regex|unit test|übersetz|bedeut|angriff|tradui|signifi|attaque|traduc|significa|ataque)|번역|뜻|의미|위험|설명|판단|분류|탐지|訳|翻訳|意味|判定|危険|説明|検出|翻译|翻譯|意思|判断|分类|风险|讲解|解释|检测/u;

/**
 * Rules and model together: each may raise the alarm. The model's part is the mean of what it makes of the whole
 * text and of its worst sentence, so that neither an attack inside a long harmless text nor one that is spread over
 * many sentences gets by. What is only quoted, to be translated or explained, does not count.
 */
export function promptRisk(text: string, grams: TextGrams, model: LinearModel): PromptRisk {
  const first = riskAsWritten(text, grams, model);
  if (first.risk < SECOND_LOOK) return first;
  const spoken = blankQuotes(text);
  if (spoken === text || !TALKS_ABOUT.test(spoken.toLowerCase())) return first;
  const second = riskAsWritten(spoken, gramsOf(spoken), model);
  return second.risk < first.risk ? second : first;
}

function riskAsWritten(text: string, grams: TextGrams, model: LinearModel): PromptRisk {
  const view = viewOf(grams, model);
  const signs = find(text, grams, model);
  const byModel = (view.whole + discounted(view.sentence, grams, LENGTH_DISCOUNT)) / 2;
  return { risk: 1 - (1 - byModel) * (1 - riskOf(signs)), view, signs };
}
