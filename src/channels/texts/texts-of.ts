import type { Language } from '../../contract/channels.ts';
import { en } from './en.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { Texts } from './texts.ts';
import { zh } from './zh.ts';

const TEXTS: Readonly<Record<Language, Texts>> = { en, ko, ja, zh };

/** What messages in this language say. */
export function textsOf(language: Language): Texts {
  return TEXTS[language];
}
