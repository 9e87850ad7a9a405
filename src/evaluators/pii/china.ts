import { digit, isDate, luhn, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const REGION = '(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])';

/** Citizen identification number: GB 11643-1999, ISO 7064 MOD 11-2. */
function residentChecks(number: string): boolean {
  if (!isDate(number.slice(10, 12), number.slice(12, 14))) return false;
  return '10X98765432'.charAt(weighted(number, RESIDENT_WEIGHTS) % 11) === number.charAt(17);
}

const CREDIT_CODE = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Unified social credit code: GB 32100-2015. */
function creditCodeChecks(code: string): boolean {
  const values = [...code].map((character) => CREDIT_CODE.indexOf(character));
  if (values.includes(-1)) return false;
  const sum = CREDIT_WEIGHTS.reduce((total, weight, at) => total + weight * (values[at] ?? 0), 0);
  return values[17] === (31 - (sum % 31)) % 31;
}

const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

/** National identification number of Taiwan: the letter counts as two digits from 10. */
function taiwanChecks(number: string): boolean {
  const region = LETTERS.indexOf(number.charAt(0)) + 10;
  const sum = Math.floor(region / 10) + (region % 10) * 9;
  return (sum + weighted(number.slice(1), [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 === 0;
}

/** Hong Kong identity card: weights 9 to 2 on letters and digits, modulo 11. */
function hongKongChecks(code: string): boolean {
  const padded = code.padStart(9, ' ');
  let sum = 0;
  for (let at = 0; at < 8; at += 1) {
    const character = padded.charAt(at);
    const value = character === ' ' ? 36 : Number.parseInt(character, 36);
    sum += value * (9 - at);
  }
  const last = padded.charAt(8);
  return (sum + (last === 'A' ? 10 : digit(last, 0))) % 11 === 0;
}

/** China, Taiwan and Hong Kong: identity numbers, credit codes, bank cards, passports. */
export const CHINA: readonly Pattern[] = [
  {
    kind: 'cn_resident_id',
    severity: 'high',
    pattern: standing(
      `${REGION}\\d{4}[- ]?(?:18|19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])[- ]?\\d{3}[\\dXx]`,
    ),
    evidence: 'shape',
    check: residentChecks,
    weight: 4,
  },
  {
    kind: 'cn_resident_id',
    severity: 'high',
    pattern: standing(`${REGION}\\d{15}[\\dXx]|${REGION}\\d{13}`),
    evidence: 'context',
    context: /身份证|身分證|证件号|實名|实名/,
    weight: 2,
  },
  {
    kind: 'cn_credit_code',
    begins: 'letter',
    severity: 'low',
    pattern: standing(String.raw`[1-9ANY][1-59]\d{6}[0-9A-HJ-NPQRTUWXY]{10}`),
    evidence: 'shape',
    check: creditCodeChecks,
    weight: 4,
  },
  {
    kind: 'bank_card',
    severity: 'high',
    pattern: standing(String.raw`62\d{2}([- ]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?`),
    evidence: 'shape',
    check: luhn,
    weight: 6,
  },
  {
    kind: 'bank_account',
    severity: 'high',
    pattern: standing(String.raw`\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}(?:[- ]?\d{1,3})?`),
    evidence: 'context',
    context: /银行|銀行|账户|账号|帳戶|卡号|工行|建行|农行|中行|招行|储蓄/,
    weight: 1,
  },
  {
    kind: 'passport',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`(?:E[A-HJ-NP-Z]\d{7}|[EGDPS]\d{8})`),
    evidence: 'context',
    context: /护照|護照|passport/i,
    weight: 3,
  },
  {
    kind: 'tw_national_id',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z][1289]\d{8}`),
    evidence: 'language',
    script: 'han',
    context: /身分證|身份證|national id|\bid\b/i,
    check: taiwanChecks,
    weight: 3,
  },
  {
    kind: 'hk_identity_card',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z]{1,2}\d{6} ?\([0-9A]\)`),
    evidence: 'shape',
    check: hongKongChecks,
    weight: 3,
  },
];
