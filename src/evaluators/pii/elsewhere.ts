import { digit, luhn, verhoeff, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

function cpfChecks(number: string): boolean {
  if (/^(.)\1*$/.test(number)) return false;
  const first = (weighted(number, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  const second = (weighted(number, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  return first % 10 === digit(number, 9) && second % 10 === digit(number, 10);
}

function cnpjChecks(number: string): boolean {
  const first = weighted(number, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  const second = weighted(number, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  const check = (rest: number): number => (rest < 2 ? 0 : 11 - rest);
  return check(first) === digit(number, 12) && check(second) === digit(number, 13);
}

/** NRIC and FIN of Singapore: weights 2,7,6,5,4,3,2, four more for T and G, three for M. */
function nricChecks(code: string): boolean {
  const kind = code.charAt(0);
  const sum = weighted(code.slice(1), [2, 7, 6, 5, 4, 3, 2]);
  const extra = kind === 'T' || kind === 'G' ? 4 : kind === 'M' ? 3 : 0;
  const letters = kind === 'S' || kind === 'T' ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK';
  const at = (sum + extra) % 11;
  return (
    (kind === 'M' ? 'KLJNPQRTUWX' : letters).charAt(kind === 'M' ? 10 - at : at) === code.charAt(8)
  );
}

function tfnChecks(number: string): boolean {
  return weighted(number, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

const shape = { severity: 'high', evidence: 'shape', weight: 3 } as const;
const beside = { severity: 'high', evidence: 'context', weight: 3 } as const;

/** India, Brazil, Singapore, Australia, and numbers of devices and vehicles. */
export const ELSEWHERE: readonly Pattern[] = [
  {
    ...beside,
    kind: 'in_aadhaar',
    pattern: standing(String.raw`[2-9]\d{3}[- ]?\d{4}[- ]?\d{4}`),
    context: /aadhaar|aadhar|uidai|आधार/i,
    check: verhoeff,
  },
  {
    ...beside,
    kind: 'in_pan',
    begins: 'letter',
    pattern: standing(String.raw`[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]`),
    context: /\bpan\b|permanent account|income tax|आयकर/i,
  },
  {
    ...shape,
    kind: 'br_cpf',
    pattern: standing(String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`),
    check: cpfChecks,
  },
  {
    ...beside,
    kind: 'br_cpf',
    pattern: standing(String.raw`\d{11}`),
    context: /\bcpf\b/i,
    check: cpfChecks,
  },
  {
    ...shape,
    kind: 'br_cnpj',
    severity: 'low',
    pattern: standing(String.raw`\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}`),
    check: cnpjChecks,
  },
  {
    ...shape,
    kind: 'sg_nric',
    begins: 'letter',
    pattern: standing(String.raw`[STFGM]\d{7}[A-Z]`),
    check: nricChecks,
  },
  {
    ...beside,
    kind: 'au_tfn',
    pattern: standing(String.raw`\d{3}[- ]?\d{3}[- ]?\d{3}`),
    context: /\btfn\b|tax file/i,
    check: tfnChecks,
  },
  {
    ...beside,
    kind: 'imei',
    severity: 'medium',
    pattern: standing(String.raw`\d{2}[- ]?\d{6}[- ]?\d{6}[- ]?\d`),
    context: /imei/i,
    check: luhn,
  },
  {
    ...beside,
    kind: 'vehicle_number',
    begins: 'letter',
    severity: 'medium',
    pattern: standing(String.raw`[A-HJ-NPR-Z0-9]{13}\d{4}`),
    context: /\bvin\b|vehicle id|chassis/i,
  },
  {
    ...beside,
    kind: 'passport',
    begins: 'letter',
    pattern: standing(String.raw`[A-Z]{1,3}\d{6,8}`),
    context: /passport|passeport|pasaporte|reisepass|여권|旅券|パスポート|护照|護照/i,
    weight: 1,
  },
  {
    ...beside,
    kind: 'date_of_birth',
    severity: 'low',
    pattern: standing(
      String.raw`(?:19|20)\d{2} ?[-./年년] ?\d{1,2} ?[-./月월] ?\d{1,2} ?[日일]?|\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}`,
    ),
    context: /\bdob\b|date of birth|birth ?date|생년월일|生年月日|出生日期|出生年月/i,
    weight: 1,
  },
];
