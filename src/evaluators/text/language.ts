import { detectAll } from 'tinyld';
import type { ScriptCounts, TextFacts } from './text-facts.ts';

/** ISO 639-1 code → share of the text's letters in [0, 1]; letters of unknown languages are left out. */
export type LanguageShares = ReadonlyMap<string, number>;

/** One Han, Kana or Hangul character carries about as much as two Latin letters and more. */
const IDEOGRAPH_WEIGHT = 2;
const MIN_LETTERS_LATIN = 80;
const DETECTED_CHARACTERS = 400;
const MIN_ACCURACY = 0.2;
const CLEARLY_AHEAD = 2;

/**
 * Which languages a text is written in, by script, and within Latin script by common words, or else n-grams. These take
 * a millisecond: `mayGuess` is asked before, and without leave the language of such a text is unknown.
 */
export function languagesOf(
  facts: TextFacts,
  mayGuess: () => boolean = (): boolean => true,
): LanguageShares {
  const weights = weighByScript(facts.scripts);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const shares = new Map<string, number>();
  for (const [code, weight] of weights) {
    const language = code === 'latin' ? latinLanguage(facts, mayGuess) : code;
    if (language !== null && language !== 'other') shares.set(language, weight / total);
  }
  return shares;
}

function weighByScript(scripts: ScriptCounts): Map<string, number> {
  // Japanese mixes Han and Kana; a Chinese text has hardly any Kana.
  const eastAsian = scripts.han + scripts.kana;
  const japanese = scripts.kana >= 0.1 * eastAsian;
  const weights: readonly (readonly [string, number])[] = [
    ['latin', scripts.latin],
    ['ko', scripts.hangul * IDEOGRAPH_WEIGHT],
    [japanese ? 'ja' : 'zh', eastAsian * IDEOGRAPH_WEIGHT],
    ['cyrillic', scripts.cyrillic],
    ['arabic', scripts.arabic],
    ['he', scripts.hebrew],
    ['th', scripts.thai],
    ['hi', scripts.devanagari],
    ['el', scripts.greek],
    ['other', scripts.other],
  ];
  return new Map(weights.filter(([, weight]) => weight > 0));
}

/** Frequent function words; each list holds words that are rare or absent in the other languages. */
const FUNCTION_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  en: wordSet(
    'the of and to is are was were that this with for you it be have has not what which how does by from they there would can will or as at an we your',
  ),
  fr: wordSet(
    'le les des est et une dans que qui pour sur pas avec vous nous ce cette sont du au aux il elle je mais ou plus être quelle quel comment',
  ),
  de: wordSet(
    'der die das und ist nicht ein eine einen dem den mit für auf sich von zu ich wir sie wie auch oder wird werden sind was aber im',
  ),
  es: wordSet(
    'el los las es una por para con que del como más pero su está qué cómo son al lo y se muy también ser',
  ),
  it: wordSet('il gli che è una per con del della sono non come più anche nel di alla questo cosa'),
  pt: wordSet('o os as é uma para com não que do da em mais como você são dos ao também seu qual'),
  nl: wordSet('het een en van is dat niet zijn op te voor met ook wat hoe wordt deze maar je ik'),
};
const MIN_FUNCTION_WORDS = 2;
const MIN_FUNCTION_WORD_SHARE = 0.04;
const MAX_FUNCTION_WORDS_READ = 300;

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '));
}

/** The same the other way round, so that each word of a text is looked up once. */
const LANGUAGES_OF_WORD = languagesByWord();

function languagesByWord(): ReadonlyMap<string, readonly string[]> {
  const languages = new Map<string, string[]>();
  for (const [language, words] of Object.entries(FUNCTION_WORDS)) {
    for (const word of words) languages.set(word, [...(languages.get(word) ?? []), language]);
  }
  return languages;
}

function latinLanguage(facts: TextFacts, mayGuess: () => boolean): string | null {
  const byWords = languageByFunctionWords(facts.words.slice(0, MAX_FUNCTION_WORDS_READ));
  if (byWords !== null) return byWords;
  if (facts.scripts.latin < MIN_LETTERS_LATIN || !mayGuess()) return null;
  const [best, second] = detectAll(facts.prose.slice(0, DETECTED_CHARACTERS));
  if (best === undefined || best.accuracy < MIN_ACCURACY) return null;
  const ahead = best.accuracy >= CLEARLY_AHEAD * (second?.accuracy ?? 0);
  if (!ahead || !WRITTEN_IN_LATIN.has(best.lang)) return null;
  // Lists of names look like any language; a sentence holds at least one of its small words.
  const small = FUNCTION_WORDS[best.lang];
  return small === undefined || facts.words.some((word) => small.has(word)) ? best.lang : null;
}

function languageByFunctionWords(words: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const word of words) {
    for (const language of LANGUAGES_OF_WORD.get(word) ?? []) {
      counts.set(language, (counts.get(language) ?? 0) + 1);
    }
  }
  const hits = Object.keys(FUNCTION_WORDS)
    .map((language) => ({ language, count: counts.get(language) ?? 0 }))
    .sort((a, b) => b.count - a.count);
  const [best, second] = hits;
  if (best === undefined || best.count < MIN_FUNCTION_WORDS) return null;
  if (best.count < MIN_FUNCTION_WORD_SHARE * words.length) return null;
  return best.count >= CLEARLY_AHEAD * (second?.count ?? 0) ? best.language : null;
}

/** What tinyld may answer for Latin letters; the rest are mistakes. */
const WRITTEN_IN_LATIN = wordSet('en fr de es it pt nl pl tr vi id sv da no fi cs hu ro la');

/** How languages are named in prompts, by code. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  en: ['english', '영어', '英語', '英语', '英文'],
  ko: ['korean', 'hangul', '한국어', '한국말', '한글', '韓国語', '韩语', '韩文', '韓文', '韓語'],
  ja: ['japanese', '일본어', '日本語', '日语', '日文', '日語'],
  zh: ['chinese', 'mandarin', '중국어', '中国語', '中文', '汉语', '漢語', '普通话'],
  fr: ['french', 'français', '프랑스어', '불어', 'フランス語', '法语', '法文'],
  de: ['german', 'deutsch', '독일어', 'ドイツ語', '德语', '德文'],
  es: ['spanish', 'español', '스페인어', 'スペイン語', '西班牙语'],
  it: ['italian', 'italiano', '이탈리아어', 'イタリア語', '意大利语'],
  pt: ['portuguese', 'português', '포르투갈어', 'ポルトガル語', '葡萄牙语'],
  nl: ['dutch', '네덜란드어', 'オランダ語', '荷兰语'],
  cyrillic: ['russian', 'ukrainian', '러시아어', 'ロシア語', '俄语', '俄文'],
  arabic: ['arabic', 'persian', 'farsi', 'urdu', '아랍어', 'アラビア語', '阿拉伯语'],
  he: ['hebrew', '히브리어'],
  th: ['thai', '태국어', 'タイ語', '泰语'],
  hi: ['hindi', '힌디어', 'ヒンディー語', '印地语'],
  el: ['greek', '그리스어', 'ギリシャ語', '希腊语'],
  vi: ['vietnamese', '베트남어', 'ベトナム語', '越南语'],
  id: ['indonesian', '인도네시아어', 'インドネシア語', '印尼语'],
  tr: ['turkish', '터키어', 'トルコ語', '土耳其语'],
  pl: ['polish', '폴란드어', 'ポーランド語', '波兰语'],
  la: ['latin', '라틴어', 'ラテン語', '拉丁语'],
};
const EVERY_NAME = Object.entries(NAMES).flatMap(([code, names]) =>
  names.map((name) => ({ code, name })),
);
const NAME_PATTERN = EVERY_NAME.map(({ name }) => name).join('|');
const CODE_BY_NAME = new Map(EVERY_NAME.map(({ code, name }) => [name, code]));

const MENTION = new RegExp(NAME_PATTERN, 'gu');
const DEMANDS = [
  `\\b(?:answer|respond|reply|write|speak|output|continue|summari[sz]e|explain)\\b[^.!?\\n]{0,60}\\bin (${NAME_PATTERN})`,
  `\\bin (${NAME_PATTERN}) (?:only|please)`,
  `(${NAME_PATTERN})(?:으)?로\\s?(?:만\\s?)?(?:답|대답|응답|작성|써|설명|말)`,
  `(${NAME_PATTERN})(?:のみ|だけ)?で(?:答|回答|返答|書|説明|お願い)`,
  `(?:用|使用|以)(${NAME_PATTERN})(?:来)?(?:回答|回复|答复|写|撰写|说明|解释)`,
].map((pattern) => new RegExp(pattern, 'gu'));

/** Demands in English hold the one, demands in other languages the other. */
const IN_LANGUAGE = new RegExp(`\\bin (?:${NAME_PATTERN})`, 'u');
const NOT_ASCII = /[^\p{ASCII}]/u;

/** The languages a prompt demands for the answer, as codes of `languagesOf`; empty when it demands none. */
export function demandedLanguages(lowerText: string): ReadonlySet<string> {
  const demanded = new Set<string>();
  // Most prompts demand none; what every demand holds is found faster than the patterns around it.
  if (!IN_LANGUAGE.test(lowerText) && !NOT_ASCII.test(lowerText)) return demanded;
  for (const pattern of DEMANDS) {
    for (const [, name = ''] of lowerText.matchAll(pattern)) {
      demanded.add(CODE_BY_NAME.get(name) ?? '');
    }
  }
  demanded.delete('');
  return demanded;
}

/** Every language a prompt names, for whatever purpose. */
export function mentionedLanguages(lowerText: string): ReadonlySet<string> {
  const mentioned = new Set<string>();
  for (const [name] of lowerText.matchAll(MENTION)) mentioned.add(CODE_BY_NAME.get(name) ?? '');
  mentioned.delete('');
  return mentioned;
}
