import type { Finding } from './define-pattern.ts';

const LOCAL = /[A-Za-z0-9À-ɏ._%+'-]/;
const DOMAIN =
  /[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ-]{0,61}[A-Za-z0-9À-ɏ])?(?:\.[A-Za-z0-9À-ɏ](?:[A-Za-z0-9À-ɏ-]{0,61}[A-Za-z0-9À-ɏ])?)+/y;
const LONGEST_LOCAL = 64;
const ENDS_IN_TOP_LEVEL = /\.(?:[A-Za-z]{2,24}|xn--[a-z0-9-]{2,59})$/;
const FILE =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|jsx?|tsx?|mjs|html?|php|json|ya?ml|md|txt|pdf|py|rb|go|rs|java|cpp|zip|gz|mp[34])$/i;
/** Domains that nobody can receive mail at (RFC 2606, RFC 6761), and words that stand for one's own. */
const RESERVED =
  /(?:^|[@.])(?:example\.(?:com|net|org|edu)|example|test|invalid|localhost|(?:your|my)?-?(?:domain|company|site|website|email|mail)\.(?:com|org|net)|yourdomain\.\w+|company\.com|acme\.(?:com|org)|domain\.tld|email\.com)$/i;
const NOT_PEOPLE =
  /^(?:your|my|the|some|an?y?)[._-]?(?:e?mail|name|user|account|address)|^(?:(?:john|jane)[._-]?(?:doe|smith)\d{0,3}|e?mail|name|first[._-]?last|sender|recipient|receiver|someone|somebody|foo|bar|abc|xyz|test(?:er|user|ing)?\d{0,3}|git|svn|hg|root|user\d{0,3}|username|admin|info|support|contact|sales|help|hello|office|service|customer[._-]?(?:service|support|care)|hr|jobs|careers|press|media|billing|security|privacy|noreply|no-reply|donotreply|do-not-reply|postmaster|webmaster|mailer-daemon)(?:\+\w{1,20})?$/i;

/** E-mail addresses of a text in plain forms, and such that are spelled out ("name at host dot com"). */
export function findEmails(text: string): Finding[] {
  const found: Finding[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const email = emailAround(text, at);
    if (email !== null) found.push(email);
  }
  return found.concat(spelledOut(text));
}

function emailAround(text: string, at: number): Finding | null {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text.charAt(start - 1))) start -= 1;
  while (start < at && /[.'%+-]/.test(text.charAt(start))) start += 1;
  DOMAIN.lastIndex = at + 1;
  const domain = DOMAIN.exec(text)?.[0] ?? '';
  const host = domain.replace(/\.\d+$/, '');
  if (start === at || !ENDS_IN_TOP_LEVEL.test(host) || FILE.test(host)) return null;
  if (isUserInfo(text, start)) return null;
  const local = text.slice(start, at);
  return finding(local, host, { start, end: at + 1 + host.length });
}

/** `scheme://name:password@host` is no address; the detector of secrets looks at it. */
function isUserInfo(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 80), start);
  return /:\/\/[^\s@/]*$/.test(before);
}

function finding(local: string, host: string, place: { start: number; end: number }): Finding {
  const nobody = RESERVED.test(host) || NOT_PEOPLE.test(local);
  return { ...place, kind: 'email', severity: nobody ? 'low' : 'medium' };
}

const MAYBE_SPELLED = /[([{] ?(?:at|dot) ?[)\]}]| dot |골뱅이|アットマーク|\(a\)|\[@\]|\(@\)/i;
const SPELLED =
  /(?<![\w.])([a-z0-9][\w.+-]{0,62}) ?(?:[([{] ?(?:at|a|@) ?[)\]}]| at |골뱅이 ?|アットマーク) ?([a-z0-9-]{2,63}(?: ?(?:[([{] ?(?:dot|\.) ?[)\]}]| dot |\.| ?점 ?|ドット) ?[a-z0-9-]{2,24}){1,3})/gi;
const ORDINARY =
  /^(?:us|me|it|him|her|them|you|look|looking|visit|available|is|are|be|site|page|here|online|found|find|hosted|more|website|out|that|this|back|and|live|shop|store|up|now|info|details|everything|product|products)$/i;
const KNOWN_TOP_LEVEL =
  /(?:com|net|org|edu|gov|io|co|ai|app|dev|info|me|kr|jp|cn|tw|hk|de|fr|es|it|nl|uk|eu|us|ca|au|in|br|ch|at|se|pl)$/i;

function spelledOut(text: string): Finding[] {
  if (!MAYBE_SPELLED.test(text)) return [];
  const found: Finding[] = [];
  for (const match of text.matchAll(SPELLED)) {
    const [whole, local = '', host = ''] = match;
    const plain = host
      .replace(/ ?(?:[([{] ?(?:dot|\.) ?[)\]}]| dot |점|ドット) ?/gi, '.')
      .replaceAll(' ', '');
    const isSpelled = /[([{]|골뱅이|アット| dot /i.test(whole);
    if (!isSpelled || ORDINARY.test(local) || !KNOWN_TOP_LEVEL.test(plain)) continue;
    found.push(finding(local, plain, { start: match.index, end: match.index + whole.length }));
  }
  return found;
}
