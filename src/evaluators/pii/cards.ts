import { isMonotonous, luhn } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

/** Numbers that payment companies publish for testing. */
const TEST_CARDS = new Set([
  '4111111111111111',
  '4242424242424242',
  '4012888888881881',
  '4000056655665556',
  '4222222222222',
  '5555555555554444',
  '5200828282828210',
  '5105105105105100',
  '2223003122003222',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '6011000990139424',
  '30569309025904',
  '38520000023237',
  '3530111333300000',
  '3566002020360505',
  '6200000000000005',
]);

/** Issuer ranges with their lengths (ISO/IEC 7812; ranges as published by the card networks). */
const ISSUERS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^3(?:0[0-5]|095|[689])/, [14, 16]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^(?:1800|2131)/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:50|5[6-9]|6[0-9])/, [12, 13, 14, 15, 16, 17, 18, 19]],
  [/^9792/, [16]],
  [/^220[0-4]/, [16]],
];

function isIssued(number: string): boolean {
  return ISSUERS.some(
    ([prefix, lengths]) => prefix.test(number) && lengths.includes(number.length),
  );
}

const CARD =
  /\b(?:card|visa|master ?card|amex|american express|discover|diners|jcb|maestro|pan|credit|debit|cvv|cvc|expir|payment)|카드|カード|クレジット|有効期限|信用卡|银行卡|刷|卡|有效期/i;

/** Payment cards: form, issuer range and Luhn; by their grouping or the words around them. */
export const CARDS: readonly Pattern[] = [
  {
    kind: 'credit_card',
    severity: 'high',
    pattern: standing(
      String.raw`\d{4}([- ])\d{4}\1\d{4}\1\d{1,7}|\d{4}([- ])\d{6}\2\d{4,5}|\d{13,19}`,
    ),
    evidence: 'shape',
    check: (number) => isIssued(number) && luhn(number) && !isMonotonous(number),
    isReserved: (number) => TEST_CARDS.has(number),
    weight: 5,
  },
  {
    kind: 'credit_card',
    severity: 'high',
    pattern: standing(String.raw`\d{12,19}|\d{4}[- .]\d{4,6}[- .]\d{4,5}(?:[- .]\d{1,7})?`),
    evidence: 'context',
    context: CARD,
    check: (number) =>
      (isIssued(number) || (/^[2-6]/.test(number) && luhn(number))) && !isMonotonous(number),
    isReserved: (number) => TEST_CARDS.has(number),
    weight: 2,
  },
];
