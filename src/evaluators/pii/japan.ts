import { digit, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

/** Individual number: 11 minus the weighted sum modulo 11 (Ministry ordinance 2014 no. 85, article 5). */
function individualChecks(number: string): boolean {
  const rest = weighted(number, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return !/^(.)\1*$/.test(number) && digit(number, 11) === (rest <= 1 ? 0 : 11 - rest);
}

/** Corporate number: 9 minus the weighted sum modulo 9, in front (Ministry ordinance 2014 no. 70). */
function corporateChecks(number: string): boolean {
  const sum = weighted(number.slice(1), [2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]);
  return digit(number, 0) === 9 - (sum % 9);
}

/** Japan: individual and corporate numbers, postal codes, passports, licences, residence cards, bank accounts. */
export const JAPAN: readonly Pattern[] = [
  {
    kind: 'jp_my_number',
    severity: 'high',
    pattern: standing(String.raw`\d{4}([- ]?)\d{4}\1\d{4}`),
    evidence: 'language',
    script: 'kana',
    context: /マイナンバー|個人番号|my ?number|individual number/i,
    check: individualChecks,
    weight: 3,
  },
  {
    kind: 'jp_corporate_number',
    severity: 'low',
    pattern: standing(String.raw`[1-9](?:[- ]?\d{4}){3}`),
    evidence: 'context',
    context: /法人番号|法人|corporate number|登録番号|インボイス/i,
    check: corporateChecks,
    weight: 3,
  },
  {
    kind: 'jp_corporate_number',
    begins: 'letter',
    severity: 'low',
    pattern: standing(String.raw`T[1-9](?:[- ]?\d{4}){3}`),
    evidence: 'shape',
    check: (number) => corporateChecks(number.slice(1)),
    weight: 3,
  },
  {
    kind: 'postal_code',
    severity: 'low',
    pattern: standing(String.raw`〒 ?\d{3}-?\d{4}`),
    evidence: 'shape',
    weight: 5,
  },
  {
    kind: 'postal_code',
    severity: 'low',
    pattern: standing(String.raw`\d{3}-\d{4}`),
    evidence: 'context',
    context: /〒|郵便番号|住所|zip|postal/i,
    weight: 1,
  },
  {
    kind: 'passport',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z]{2}\d{7}`),
    evidence: 'context',
    context: /旅券|パスポート|passport/i,
    weight: 3,
  },
  {
    kind: 'jp_driver_licence',
    severity: 'high',
    pattern: standing(String.raw`\d{12}|\d{4} \d{4} \d{4}`),
    evidence: 'context',
    context: /免許/,
    weight: 2,
  },
  {
    kind: 'jp_residence_card',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z]{2}\d{8}[A-Z]{2}`),
    evidence: 'language',
    script: 'kana',
    context: /在留|residence card/i,
    weight: 3,
  },
  {
    kind: 'jp_pension_number',
    severity: 'high',
    pattern: standing(String.raw`\d{4}-\d{6}`),
    evidence: 'context',
    context: /基礎年金|年金番号|年金手帳/,
    weight: 3,
  },
  {
    kind: 'jp_insurance_number',
    severity: 'high',
    pattern: standing(String.raw`\d{8}`),
    evidence: 'context',
    context: /保険者番号|被保険者|保険証/,
    weight: 2,
  },
  {
    kind: 'bank_account',
    severity: 'high',
    pattern: standing(String.raw`\d{7}(?! ?[円¥%人個件名枚点株年])`),
    evidence: 'context',
    context: /(?:普通|当座|貯蓄)(?:預金|口座)?[ :]*$|口座|銀行|支店|信金|信用金庫|振込先/,
    weight: 2,
  },
  {
    kind: 'bank_account',
    severity: 'high',
    pattern: standing(String.raw`\d{5}-\d{7,8}`),
    evidence: 'context',
    context: /ゆうちょ|記号|口座|振込/,
    weight: 2,
  },
];
