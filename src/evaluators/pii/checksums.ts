/** Sums digits times weights; the digits are those of the text, in order. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at += 1) sum += digit(digits, at) * (weights[at] ?? 0);
  return sum;
}

/** The digit at a place; 0 behind the end. */
export function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : 0;
}

/** The Luhn sum of digits is a multiple of ten (ISO/IEC 7812-1, annex B). */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at -= 1, twice = !twice) {
    const value = digit(digits, at) * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** Remainder by 97 of digits and letters, letters counted from A = 10 (ISO 7064 MOD 97-10). */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}

/** ISO 7064 MOD 11,10, the last digit being the check digit. */
export function mod11And10(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at += 1) {
    const sum = (digit(digits, at) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digit(digits, digits.length - 1);
}

const DIHEDRAL = [
  '0123456789',
  '1234067895',
  '2340178956',
  '3401289567',
  '4012395678',
  '5987604321',
  '6598710432',
  '7659821043',
  '8765932104',
  '9876543210',
];
const TURN = '1576283094';

/** Verhoeff's check over the dihedral group D5 (Verhoeff 1969), the last digit being the check digit. */
export function verhoeff(digits: string): boolean {
  let state = 0;
  for (let at = 0; at < digits.length; at += 1) {
    let value = digit(digits, digits.length - 1 - at);
    for (let turns = at % 8; turns > 0; turns -= 1) value = digit(TURN, value);
    state = digit(DIHEDRAL[state] ?? '', value);
  }
  return state === 0;
}

/** Whether year (any century), month and day can be a date. */
export function isDate(month: string, day: string): boolean {
  const [m, d] = [Number(month), Number(day)];
  if (m < 1 || m > 12 || d < 1) return false;
  return d <= (m === 2 ? 29 : m === 4 || m === 6 || m === 9 || m === 11 ? 30 : 31);
}

/** Whether all digits are the same, as in values that people type to try a form. */
export function isMonotonous(digits: string): boolean {
  return /^(.)\1*$/.test(digits);
}
