import type { Finding, Severity } from '../pii/define-pattern.ts';
import { isPlaceholder } from './placeholder.ts';

const HINTS = [
  'passw',
  'passcode',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'api',
  'key',
  'credential',
  'bearer',
  '비밀번호',
  '비번',
  'パスワード',
  '暗証',
  '密码',
  '密碼',
  '口令',
  '://',
];

const CONNECTION =
  /\b[a-z][a-z0-9+.-]{1,24}:\/\/[^\s:/@"'<>]{0,64}:([^\s@/"'<>]{1,128})@[A-Za-z0-9._-]{1,128}/gi;
/** A name that says what it holds, an equals sign or colon, and a value in quotes or without spaces. */
const ASSIGNED =
  /(?<![A-Za-z])(?:[A-Za-z0-9]{1,24}[-_.]){0,4}(passw(?:or)?d|passwd|passphrase|pwd|secret|token|credential|api[-_ ]?key|access[-_ ]?key|account[-_ ]?key|secret[-_ ]?(?:access[-_ ]?)?key|client[-_ ]?secret|auth[-_ ]?token|bearer)s?["'`]?\s{0,3}(?:=>|:=|[:=])\s{0,3}["'`]?([^\s"'`,;<>(){}[\]]{6,200})/gi;
const TOLD =
  /(?:\b(?:password|passcode|passphrase|pwd) (?:is|was|to|should be)|비밀번호(?:는|은|가|를)?|비번(?:은|는|이)?|パスワード(?:は|が)?|暗証番号(?:は|が)?|密码(?:是|为)?|密碼(?:是|為)?|口令是?)\s?[:：=]?\s{0,3}["'`「『“]?([A-Za-z0-9!@#$%^&*()_+=~.?/-]{4,64})/gi;

/** Passwords in connection strings, in assignments, and in sentences that tell them. */
export function findPasswords(text: string): Finding[] {
  const lower = text.toLowerCase();
  if (!HINTS.some((hint) => lower.includes(hint))) return [];
  return [
    ...values(text, CONNECTION, {
      kind: 'connection_string',
      isBelievable: (value) => !/^[$%{[<]/.test(value),
    }),
    ...values(text, ASSIGNED, {
      kind: 'password',
      isBelievable: (value) => !isVariable(value) && isRandom(value),
    }),
    ...values(text, TOLD, {
      kind: 'password',
      isBelievable: (value) => !isVariable(value) && isMixed(value),
    }),
  ];
}

function values(
  text: string,
  pattern: RegExp,
  form: { readonly kind: string; readonly isBelievable: (value: string) => boolean },
): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(pattern)) {
    const value = (match.at(-1) ?? '').replace(/[.,!?:]+$/, '');
    if (value === '' || !form.isBelievable(value)) continue;
    const start = match.index + match[0].lastIndexOf(value);
    const severity: Severity = isPlaceholder(value) || isTrivial(value) ? 'low' : 'high';
    found.push({ start, end: start + value.length, kind: form.kind, severity });
  }
  return found;
}

/** Code that names where a value comes from instead of the value. */
function isVariable(value: string): boolean {
  return (
    /^[$%{[<]|^\w+(?:\.\w+)+(?:\(|$)|\(|^(?:process|os|env|config|self|this|null|none|true|false|undefined|string|str|required|optional|input)\b/i.test(
      value,
    ) || /^(?:[a-z]+[-_])*(?:password|passwd|token|secret|key)s?\d?$/i.test(value)
  );
}

/** What everybody uses in examples. */
function isTrivial(value: string): boolean {
  return /^(?:pass(?:word)?\d{0,4}!?|secret\d{0,4}|admin\d{0,4}|123\d*|test\d{0,4}|hunter2|letmein|qwerty\d*|foo|bar|postgres|root|user|guest|changeme|mypassword|mysecretpassword|P@ssw0rd!?)$/i.test(
    value,
  );
}

/** Letters and digits or signs together, as no ordinary word has. */
function isMixed(value: string): boolean {
  if (/^[a-z]+(?:-[a-z]+)*$/i.test(value) || /^\d{1,3}$/.test(value)) return false;
  return /\d/.test(value) || /[!@#$%^&*]/.test(value);
}

const LEAST_BITS = 2.6;

/** Assigned values are believed when they are mixed, or long and without the evenness of words. */
function isRandom(value: string): boolean {
  if (isMixed(value) && value.length >= 6 && !/^\d+$/.test(value))
    return entropy(value) >= LEAST_BITS || value.length < 10;
  return (
    value.length >= 20 &&
    /^[A-Za-z0-9+/=_-]+$/.test(value) &&
    entropy(value) >= 3.8 &&
    !/[a-z]{4,}[-_][a-z]{3,}/i.test(value)
  );
}

/** Shannon entropy in bits per character. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
