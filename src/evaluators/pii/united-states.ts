import { digit, luhn, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

/** Numbers printed in advertisements and wallets, void ever since. */
const VOID = new Set(['078051120', '219099999', '123456789', '457555462']);

function isSocialSecurity(number: string): boolean {
  const [area, group, serial] = [number.slice(0, 3), number.slice(3, 5), number.slice(5)];
  return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}

/** Taxpayer numbers begin with 9; fourth and fifth digits 50–65, 70–88, 90–92, 94–99 (IRS). */
function isTaxpayer(number: string): boolean {
  const group = Number(number.slice(3, 5));
  const range = (from: number, to: number): boolean => group >= from && group <= to;
  return (
    number.startsWith('9') && (range(50, 65) || range(70, 88) || range(90, 92) || range(94, 99))
  );
}

/** Routing numbers: weights 3, 7, 1 modulo 10 (ABA). */
function routingChecks(number: string): boolean {
  const prefix = Number(number.slice(0, 2));
  const known = prefix <= 12 || (prefix >= 21 && prefix <= 32) || (prefix >= 61 && prefix <= 72);
  return (
    known && number !== '000000000' && weighted(number, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
  );
}

/** Somebody says whose number it is: then it is told, whether or not it was ever issued. */
const OWN_SSN =
  /\b(?:my|his|her|their|your) (?:ssn|social security (?:number|no\.?)) (?:is|was|:)/i;
const SSN = /\bssn\b|social security|social sec|\bsoc\b|\bss ?#/i;

/** The United States, and Canada's insurance number. */
export const UNITED_STATES: readonly Pattern[] = [
  {
    kind: 'us_ssn',
    severity: 'high',
    pattern: standing(String.raw`\d{3}-\d{2}-\d{4}`),
    evidence: 'context',
    context: OWN_SSN,
    weight: 4,
  },
  {
    kind: 'us_ssn',
    severity: 'high',
    pattern: standing(String.raw`\d{3}-\d{2}-\d{4}`),
    evidence: 'shape',
    check: isSocialSecurity,
    isReserved: (number) => VOID.has(number),
    weight: 3,
  },
  {
    kind: 'us_ssn',
    severity: 'high',
    pattern: standing(String.raw`\d{3}[ .]?\d{2}[ .]?\d{4}`),
    evidence: 'context',
    context: SSN,
    check: isSocialSecurity,
    isReserved: (number) => VOID.has(number),
    weight: 2,
  },
  {
    kind: 'us_itin',
    severity: 'high',
    pattern: standing(String.raw`9\d{2}-\d{2}-\d{4}`),
    evidence: 'shape',
    check: isTaxpayer,
    isReserved: (number) => /^98765432\d$/.test(number),
    weight: 3,
  },
  {
    kind: 'us_ein',
    severity: 'low',
    pattern: standing(String.raw`\d{2}-\d{7}`),
    evidence: 'context',
    context: /\bein\b|employer identification|tax id|\bfein\b/i,
    weight: 2,
  },
  {
    kind: 'passport',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z]?\d{8,9}`),
    evidence: 'context',
    context: /passport/i,
    weight: 2,
  },
  {
    kind: 'us_driver_licence',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[A-Z]{1,2}\d{5,13}|[A-Z]\d{3}-\d{3,4}-\d{2,4}-?\d{0,4}|\d{7,9}`),
    evidence: 'context',
    context: /driver['’]?s? licen[cs]e|driving licen[cs]e|\bdl ?(?:#|no|number)/i,
    weight: 2,
  },
  {
    kind: 'us_routing_number',
    severity: 'medium',
    pattern: standing(String.raw`\d{9}`),
    evidence: 'context',
    context: /routing|\baba\b|\brtn\b/i,
    check: routingChecks,
    weight: 3,
  },
  {
    kind: 'bank_account',
    severity: 'high',
    pattern: standing(String.raw`\d{6,17}`),
    evidence: 'context',
    context: /(?:bank|checking|savings?) (?:account|acct)|account (?:number|no\b|#)|acct/i,
    weight: 1,
  },
  {
    kind: 'us_medicare_number',
    severity: 'high',
    pattern: standing(
      String.raw`[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}`,
    ),
    evidence: 'context',
    context: /medicare|\bmbi\b|beneficiary/i,
    weight: 3,
  },
  {
    kind: 'us_dea_number',
    begins: 'letter',
    severity: 'medium',
    pattern: standing(String.raw`[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}`),
    evidence: 'context',
    context: /\bdea\b/i,
    check: (code) =>
      (digit(code, 2) +
        digit(code, 4) +
        digit(code, 6) +
        2 * (digit(code, 3) + digit(code, 5) + digit(code, 7))) %
        10 ===
      digit(code, 8),
    weight: 3,
  },
  {
    kind: 'ca_sin',
    severity: 'high',
    pattern: standing(String.raw`[1-79]\d{2}[- ]?\d{3}[- ]?\d{3}`),
    evidence: 'context',
    context: /\bsin\b|social insurance/i,
    check: luhn,
    weight: 3,
  },
];
