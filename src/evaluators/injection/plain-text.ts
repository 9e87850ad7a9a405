/** A text in small letters and plain spelling, for patterns. */
export interface PlainText {
  readonly text: string;
  /** Something in it was in disguise: invisible, mathematical or look-alike characters. */
  readonly isUnmasked: boolean;
  /** Where a unit of `text` stands in the original, in UTF-16 units. */
  origin(at: number): number;
}

/** Any of these may be a disguise; most texts have none, which is quickly told. */
const SUSPECT =
  /\u034f|[\u00ad\u0370-\u04ff\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u24b6-\u24e9\ud835\udb40\ufeff\uff10-\uff5a]/;
/** Invisible characters, mathematical and full-width letters, and letters of two scripts in one word. */
const DISGUISED =
  /\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9]|\ud835|\udb40|[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z]/i;
const INVISIBLE =
  /^(?:\u034f|[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u{e0000}-\u{e0fff}])$/u;

/** Cyrillic and Greek letters that look like Latin ones. */
const LOOKALIKES = new Map(
  Object.entries({
    а: 'a',
    в: 'b',
    с: 'c',
    е: 'e',
    н: 'h',
    і: 'i',
    ј: 'j',
    к: 'k',
    м: 'm',
    о: 'o',
    р: 'p',
    ѕ: 's',
    т: 't',
    у: 'y',
    х: 'x',
    ԁ: 'd',
    ɡ: 'g',
    α: 'a',
    ε: 'e',
    ι: 'i',
    κ: 'k',
    ν: 'v',
    ο: 'o',
    ρ: 'p',
    τ: 't',
    υ: 'u',
    χ: 'x',
  }),
);
const MIXED_WORD =
  /[\p{L}\p{M}]{0,40}(?:[a-z][\u0370-\u04ff]|[\u0370-\u04ff][a-z])[\p{L}\p{M}]{0,40}/gu;

/** Plain spelling of `text`; most texts need no more than small letters. */
export function plainText(text: string): PlainText {
  const lower = text.toLowerCase();
  if (lower.length === text.length && !(SUSPECT.test(text) && DISGUISED.test(text))) {
    return { text: lower.replaceAll('’', "'"), isUnmasked: false, origin: (at) => at };
  }
  return unmasked(text);
}

function unmasked(text: string): PlainText {
  const units: string[] = [];
  const origins: number[] = [];
  let at = 0;
  for (const character of text) {
    if (!INVISIBLE.test(character)) {
      for (const unit of plainCharacter(character)) {
        units.push(unit);
        for (let part = 0; part < unit.length; part += 1) origins.push(at);
      }
    }
    at += character.length;
  }
  const plain = units
    .join('')
    .replace(MIXED_WORD, (word) =>
      Array.from(word, (letter) => LOOKALIKES.get(letter) ?? letter).join(''),
    );
  return { text: plain, isUnmasked: true, origin: (unit) => origins[unit] ?? text.length };
}

function plainCharacter(character: string): string {
  if (character === '’') return "'";
  return character.normalize('NFKC').toLowerCase();
}

const QUOTED =
  /"[^"\n]{1,400}"|“[^”\n]{1,400}”|「[^」\n]{1,400}」|『[^』\n]{1,400}』|«[^»\n]{1,400}»|(?<![\p{L}\p{N}])'[^'\n]{2,400}'(?![\p{L}\p{N}])/gu;

/** The text with blanks instead of quotations: what somebody only cites is not what they demand. Same length. */
export function blankQuotes(text: string): string {
  return text.replace(QUOTED, (quote) => ' '.repeat(quote.length));
}
