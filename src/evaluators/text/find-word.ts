const SCRIPT_WITHOUT_SPACES = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/**
 * Where a word stands alone in a text, from 0; −1 when it does not. Parts of longer words count for scripts that
 * write no spaces between words. Both texts are compared as they are: fold them alike before.
 */
export function findWord(text: string, word: string): number {
  if (SCRIPT_WITHOUT_SPACES.test(word)) return text.indexOf(word);
  let at = text.indexOf(word);
  while (at !== -1) {
    if (standsAlone(text, at, at + word.length)) return at;
    at = text.indexOf(word, at + 1);
  }
  return -1;
}

function standsAlone(text: string, from: number, to: number): boolean {
  const joins = (inside: string, outside: string): boolean =>
    WORD_CHARACTER.test(inside) && WORD_CHARACTER.test(outside);
  const before = from > 0 && joins(text.charAt(from), text.charAt(from - 1));
  return !before && !(to < text.length && joins(text.charAt(to - 1), text.charAt(to)));
}
