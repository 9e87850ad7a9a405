import { digit, isDate, isMonotonous, luhn, mod11And10, mod97, weighted } from './checksums.ts';
import { type Pattern, standing } from './define-pattern.ts';

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

function dniChecks(code: string): boolean {
  const number = code.replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return DNI_LETTERS.charAt(Number(number.slice(0, 8)) % 23) === code.charAt(8);
}

/** NHS number: weights 10 to 2 modulo 11. */
function nhsChecks(number: string): boolean {
  const rest = 11 - (weighted(number, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return rest !== 10 && !isMonotonous(number) && (rest === 11 ? 0 : rest) === digit(number, 9);
}

/** NIR: 97 minus the number modulo 97; Corsica's 2A and 2B count as 19 and 18. */
function nirChecks(code: string): boolean {
  const number = code.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(number) % 97n) === Number(code.slice(13));
}

/** Tax identification: exactly one digit stands twice or thrice among the first ten; ISO 7064 MOD 11,10. */
function germanTaxChecks(number: string): boolean {
  const distinct = new Set(number.slice(0, 10)).size;
  return number.charAt(0) !== '0' && (distinct === 9 || distinct === 8) && mod11And10(number);
}

const ODD: readonly number[] = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/** Codice fiscale: the letter is the sum of odd and even places modulo 26 (DM 23/12/1976). */
function codiceChecks(code: string): boolean {
  let sum = 0;
  for (let at = 0; at < 15; at += 1) {
    const character = code.charAt(at);
    const value = /\d/.test(character) ? digit(character, 0) : character.charCodeAt(0) - 65;
    sum += at % 2 === 0 ? (ODD[value] ?? 0) : value;
  }
  return code.charCodeAt(15) - 65 === sum % 26;
}

/** Burgerservicenummer: weights 9 to 2 and −1, modulo 11. */
function bsnChecks(number: string): boolean {
  const sum = weighted(number, [9, 8, 7, 6, 5, 4, 3, 2, -1]);
  return !isMonotonous(number) && sum % 11 === 0;
}

function belgianChecks(number: string): boolean {
  const [body, check] = [number.slice(0, 9), Number(number.slice(9))];
  return 97 - (Number(body) % 97) === check || 97 - (Number(`2${body}`) % 97) === check;
}

function peselChecks(number: string): boolean {
  const month = String(Number(number.slice(2, 4)) % 20).padStart(2, '0');
  const sum = weighted(number, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
  return isDate(month, number.slice(4, 6)) && (10 - (sum % 10)) % 10 === digit(number, 10);
}

function swedishChecks(number: string): boolean {
  const short = number.slice(-10);
  return isDate(short.slice(2, 4), String(Number(short.slice(4, 6)) % 60)) && luhn(short);
}

function finnishChecks(code: string): boolean {
  const number = Number(code.slice(0, 6) + code.slice(-4, -1));
  if (!isDate(code.slice(2, 4), code.slice(0, 2))) return false;
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(number % 31) === code.charAt(code.length - 1);
}

/** AHV number: EAN-13. */
function swissChecks(number: string): boolean {
  const sum = weighted(number, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]);
  return (10 - (sum % 10)) % 10 === digit(number, 12);
}

function nifChecks(number: string): boolean {
  const rest = weighted(number, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
  return digit(number, 8) === (rest < 2 ? 0 : 11 - rest);
}

function norwegianChecks(number: string): boolean {
  const first = weighted(number, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
  return first === 0 && weighted(number, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;
}

const shape = { severity: 'high', evidence: 'shape', weight: 3 } as const;
const beside = { severity: 'high', evidence: 'context', weight: 3 } as const;

/** National identity, tax and social security numbers of European countries. */
export const EUROPE: readonly Pattern[] = [
  {
    ...shape,
    kind: 'gb_national_insurance',
    begins: 'letter',
    pattern: standing(
      String.raw`(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`,
    ),
  },
  {
    ...beside,
    kind: 'gb_nhs_number',
    pattern: standing(String.raw`\d{3}[ -]?\d{3}[ -]?\d{4}`),
    context: /\bnhs\b/i,
    check: nhsChecks,
  },
  {
    ...shape,
    kind: 'fr_nir',
    pattern: standing(
      String.raw`[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`,
    ),
    check: nirChecks,
  },
  {
    ...beside,
    kind: 'de_tax_id',
    pattern: standing(String.raw`\d{2} ?\d{3} ?\d{3} ?\d{3}`),
    context: /steuer|\bidnr|tax id|\btin\b/i,
    check: germanTaxChecks,
  },
  {
    ...beside,
    kind: 'de_identity_card',
    begins: 'letter',
    pattern: standing(String.raw`[CFGHJKLMNPRTVWXYZ][0-9CFGHJKLMNPRTVWXYZ]{8}\d?`),
    context: /ausweis|reisepass|\bpassnummer/i,
  },
  {
    ...shape,
    kind: 'es_dni',
    begins: 'letter',
    pattern: standing(String.raw`(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]`),
    check: dniChecks,
  },
  {
    ...shape,
    kind: 'it_codice_fiscale',
    begins: 'letter',
    pattern: standing(
      String.raw`[A-Z]{6}\d{2}[A-EHLMPRST](?:0[1-9]|[1256]\d|[37][01]|4[1-9])[A-Z]\d{3}[A-Z]`,
      'i',
    ),
    check: codiceChecks,
  },
  {
    ...beside,
    kind: 'nl_bsn',
    pattern: standing(String.raw`\d{4}[. ]?\d{2}[. ]?\d{3}|\d{3}[. ]\d{3}[. ]\d{3}`),
    context: /\bbsn\b|burgerservice|sofinummer/i,
    check: bsnChecks,
  },
  {
    ...shape,
    kind: 'be_national_number',
    pattern: standing(String.raw`\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}`),
    check: belgianChecks,
  },
  {
    ...beside,
    kind: 'pl_pesel',
    pattern: standing(String.raw`\d{11}`),
    context: /pesel/i,
    check: peselChecks,
  },
  {
    ...shape,
    kind: 'se_personal_number',
    pattern: standing(String.raw`(?:19|20)?\d{2}(?:0[1-9]|1[0-2])\d{2}[-+]\d{4}`),
    check: swedishChecks,
  },
  {
    ...shape,
    kind: 'fi_personal_code',
    pattern: standing(String.raw`(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A]\d{3}[0-9A-Y]`),
    check: finnishChecks,
  },
  {
    ...beside,
    kind: 'dk_cpr',
    pattern: standing(String.raw`(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}-?\d{4}`),
    context: /\bcpr\b|personnummer/i,
  },
  {
    ...beside,
    kind: 'no_birth_number',
    pattern: standing(String.raw`\d{6} ?\d{5}`),
    context: /fødselsnummer|personnummer|birth number/i,
    check: norwegianChecks,
  },
  {
    ...shape,
    kind: 'ch_ahv',
    pattern: standing(String.raw`756\.?\d{4}\.?\d{4}\.?\d{2}`),
    check: swissChecks,
  },
  {
    ...beside,
    kind: 'pt_nif',
    pattern: standing(String.raw`[1-3569]\d{2} ?\d{3} ?\d{3}`),
    context: /\bnif\b|contribuinte/i,
    check: nifChecks,
  },
  {
    ...shape,
    kind: 'cz_birth_number',
    pattern: standing(String.raw`\d{2}(?:[0257][1-9]|[1368][0-2])(?:0[1-9]|[12]\d|3[01])/\d{4}`),
    check: (number) => Number(number) % 11 === 0,
  },
  {
    ...beside,
    kind: 'vat_number',
    begins: 'letter',
    severity: 'low',
    pattern: standing(
      String.raw`(?:AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|PL|PT|RO|SE|SI|SK)[A-Z]?\d[A-Z0-9]{6,11}`,
    ),
    context: /\bvat\b|ust-?id|tva\b|iva\b|btw\b|umsatzsteuer/i,
  },
];

/** Lengths by country (SWIFT IBAN registry). */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 ' +
    'SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

function ibanChecks(code: string): boolean {
  if (IBAN_LENGTHS[code.slice(0, 2)] !== code.length) return false;
  return mod97(code.slice(4) + code.slice(0, 4)) === 1;
}

/** Account numbers in documentation and on test systems. */
const SAMPLE_IBANS = new Set([
  'GB82WEST12345698765432',
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'GB33BUKB20201555555555',
]);

/** International bank account numbers: ISO 13616, checked by length and MOD 97-10. */
export const IBAN: readonly Pattern[] = [
  {
    kind: 'iban',
    begins: 'letter',
    severity: 'high',
    pattern: standing(
      String.raw`[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?`,
      'i',
    ),
    evidence: 'shape',
    check: ibanChecks,
    isReserved: (code) => SAMPLE_IBANS.has(code),
    weight: 5,
  },
];
