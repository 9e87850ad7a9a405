import { digit, isDate, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

/** Resident and foreigner numbers: 2..9,2..5 modulo 11; numbers given since October 2020 have no check digit. */
function residentChecks(number: string): boolean {
  if (!isDate(number.slice(2, 4), number.slice(4, 6))) return false;
  const sum = weighted(number, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
  const plain = (11 - (sum % 11)) % 10;
  return digit(number, 12) === plain || digit(number, 12) === (plain + 2) % 10;
}

/** Business registration number: weights 1,3,7,1,3,7,1,3,5 with the carry of the ninth (National Tax Service). */
function businessChecks(number: string): boolean {
  const sum =
    weighted(number, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor((digit(number, 8) * 5) / 10);
  return number !== '0000000000' && (10 - (sum % 10)) % 10 === digit(number, 9);
}

const BIRTH = String.raw`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])`;
const RESIDENT = /주민|외국인|등록\s?번호|민증|뒷자리|resident (?:registration|number)|\brrn\b/i;

/** Korea: identity, business, licence and passport numbers, bank accounts. */
export const KOREA: readonly Pattern[] = [
  {
    kind: 'kr_resident_number',
    severity: 'high',
    pattern: standing(`${BIRTH} ?- ?[1-8]\\d{6}`),
    evidence: 'shape',
    check: (number) => isDate(number.slice(2, 4), number.slice(4, 6)),
    weight: 3,
  },
  {
    kind: 'kr_resident_number',
    severity: 'high',
    pattern: standing(`${BIRTH} ?[1-8]\\d{6}`),
    evidence: 'language',
    script: 'hangul',
    context: RESIDENT,
    check: residentChecks,
    weight: 3,
  },
  {
    kind: 'kr_resident_number',
    severity: 'high',
    pattern: standing(`${BIRTH} ?[1-8]\\d{6}`),
    evidence: 'context',
    context: RESIDENT,
    weight: 2,
  },
  {
    kind: 'kr_business_number',
    severity: 'low',
    pattern: standing(String.raw`\d{3}-\d{2}-\d{5}`),
    evidence: 'language',
    script: 'hangul',
    context: /사업자|등록번호|business (?:registration|number|reg)|\bbrn\b/i,
    check: businessChecks,
    weight: 3,
  },
  {
    kind: 'kr_business_number',
    severity: 'low',
    pattern: standing(String.raw`\d{3} ?\d{2} ?\d{5}`),
    evidence: 'context',
    context:
      /사업자|등록\s?번호|공급자|공급받는자|거래처|세금계산서|business (?:registration|number)|\bbrn\b/i,
    check: businessChecks,
    weight: 2,
  },
  {
    kind: 'kr_driver_licence',
    severity: 'high',
    pattern: standing(String.raw`(?:1[1-9]|2[0-8])[- ]\d{2}[- ]\d{6}[- ]\d{2}`),
    evidence: 'language',
    script: 'hangul',
    context: /면허|driver/i,
    weight: 3,
  },
  {
    kind: 'passport',
    begins: 'letter',
    severity: 'high',
    pattern: standing(String.raw`[MSRODGmsrodg](?:\d{8}|\d{3}[A-Za-z]\d{4})`),
    evidence: 'context',
    context: /여권|passport/i,
    weight: 3,
  },
  {
    kind: 'bank_account',
    severity: 'high',
    pattern: standing(String.raw`\d{2,6}-\d{2,6}-\d{2,8}(?:-\d{1,3})?|\d{10,14}`),
    evidence: 'context',
    context: /은행|계좌|뱅크|농협|새마을금고|신협|우체국|입금|송금|이체/,
    check: (number) => number.length >= 10 && number.length <= 16 && !/^01[016789]/.test(number),
    weight: 2,
  },
];
