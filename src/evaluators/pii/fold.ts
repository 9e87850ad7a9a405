/** A text in plain forms, with the way back to the places of the original. */
export interface Folded {
  readonly text: string;
  /** The place in the original of a place in the folded text. */
  at(index: number): number;
}

const PLAIN = /^[\0-\x7f]*$/;
const FOLDED =
  /[\u00a0\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2002-\u200a\u202f\u205f\u2010-\u2015\u2043\u2212\u2f00\u3000\ufe58\ufe63\uff01-\uff5e\u30fb\u00b7]/g;
const LONG_MARK = /(?<=[\d\uff10-\uff19])\u30fc(?=[\d\uff10-\uff19])/g;
const REMOVED = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|\ud835[\udfce-\udfff]/;

/**
 * Full-width forms, digits of other scripts, dashes and spaces as ASCII, invisible characters gone, so that
 * patterns need to know one form only. Places of the original are kept for every character.
 */
export function fold(text: string): Folded {
  if (PLAIN.test(text)) return { text, at: (index) => index };
  const folded = text.replace(FOLDED, plainForm).replace(LONG_MARK, '-');
  return REMOVED.test(folded) ? compact(folded) : { text: folded, at: (index) => index };
}

/** One unit for one unit, so that places stay. */
function plainForm(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xff01) return String.fromCharCode(code - 0xfee0);
  if (code >= 0x660 && code <= 0x96f) return String(digitOf(code));
  if (code === 0x30fb || code === 0xb7) return '.';
  if (code >= 0x2010 && code <= 0x2015) return '-';
  return code === 0x2043 || code === 0x2212 || code === 0xfe58 || code === 0xfe63 ? '-' : ' ';
}

function digitOf(code: number): number {
  for (const zero of [0x660, 0x6f0, 0x966])
    if (code >= zero && code <= zero + 9) return code - zero;
  return 0;
}

function compact(text: string): Folded {
  const places = new Uint32Array(text.length + 1);
  const units: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0xd835 && isMathDigit(text.charCodeAt(at + 1))) {
      places[units.length] = at;
      units.push(String((text.charCodeAt(at + 1) - 0xdfce) % 10));
      at += 1;
    } else if (!isInvisible(code)) {
      places[units.length] = at;
      units.push(text.charAt(at));
    }
  }
  places[units.length] = text.length;
  return { text: units.join(''), at: (index) => places[index] ?? text.length };
}

function isMathDigit(code: number): boolean {
  return code >= 0xdfce && code <= 0xdfff;
}

function isInvisible(code: number): boolean {
  if (code === 0xad || code === 0xfeff) return true;
  return (code >= 0x200b && code <= 0x200f) || (code >= 0x2060 && code <= 0x2064);
}
