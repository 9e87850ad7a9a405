/** What a UTF-16 unit is to the comparison of texts. From `han` on: scripts whose words are compared by parts. */
export const UNIT_CLASS = {
  other: 0,
  apostrophe: 1,
  letter: 2,
  digit: 3,
  han: 4,
  hiragana: 5,
  katakana: 6,
  hangul: 7,
} as const;
export type UnitClass = (typeof UNIT_CLASS)[keyof typeof UNIT_CLASS];

/** First and last unit of the blocks that have a class of their own; the first that fits decides. */
const BLOCKS: readonly (readonly [from: number, to: number, kind: UnitClass])[] = [
  [0x27, 0x27, UNIT_CLASS.apostrophe],
  [0x30, 0x39, UNIT_CLASS.digit],
  [0x2019, 0x2019, UNIT_CLASS.apostrophe],
  [0x3005, 0x3007, UNIT_CLASS.han],
  [0x3041, 0x309f, UNIT_CLASS.hiragana],
  [0x30fb, 0x30fb, UNIT_CLASS.other],
  [0x30a1, 0x30ff, UNIT_CLASS.katakana],
  [0x3400, 0x4dbf, UNIT_CLASS.han],
  [0x4e00, 0x9fff, UNIT_CLASS.han],
  [0xac00, 0xd7a3, UNIT_CLASS.hangul],
  // Halves of pairs count as letters, so that pairs stay together.
  [0xd800, 0xdfff, UNIT_CLASS.letter],
  [0xf900, 0xfaff, UNIT_CLASS.han],
  [0xff10, 0xff19, UNIT_CLASS.digit],
  [0xff66, 0xff9d, UNIT_CLASS.katakana],
];

let table: Uint8Array | null = null;

/** The class of a UTF-16 unit. */
export function classOfUnit(code: number): number {
  table ??= Uint8Array.from({ length: 0x1_0000 }, (_, unit) => lookUp(unit));
  return table[code] ?? UNIT_CLASS.other;
}

function lookUp(code: number): UnitClass {
  const block = BLOCKS.find(([from, to]) => code >= from && code <= to);
  if (block !== undefined) return block[2];
  const isLetter = /[\p{L}\p{M}]/u.test(String.fromCharCode(code));
  return isLetter ? UNIT_CLASS.letter : UNIT_CLASS.other;
}
