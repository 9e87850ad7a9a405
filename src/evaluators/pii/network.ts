import { type Pattern, standing } from './define-pattern.ts';

/** Private, loopback, link-local, documentation and multicast ranges, and resolvers everybody knows (RFC 6890, 5737). */
const NOBODYS =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.[02]\.|198\.51\.100\.|203\.0\.113\.|198\.1[89]\.|2(?:2[4-9]|[3-5]\d)\.|8\.8\.[48]\.[48]$|1\.[01]\.[01]\.1$|9\.9\.9\.9$|1\.2\.3\.4$|4\.2\.2\.[1-6]$|208\.67\.22[02]\.22[02]$|123\.45\.67\.89$)/;

const OCTET = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const VERSION = /\b(?:v|version|ver|release|build|section|chapter|rfc|oid|firmware)\.? ?$/i;
const HEX = '[0-9A-Fa-f]{1,4}';

/** Whether dotted numbers are an address that belongs to nobody in particular. */
export function isReservedAddress(address: string): boolean {
  return address.includes(':')
    ? /^(?:::1?$|fe[89ab]|f[cd]|ff|2001:0?db8|64:ff9b)/i.test(address)
    : NOBODYS.test(address);
}

/** Whether the words in front make dotted numbers a version or a section. */
export function isVersionNumber(before: string): boolean {
  return VERSION.test(before);
}

/** IP addresses; the engine asks `isReservedAddress` about them with their dots. */
export const IP_ADDRESSES: readonly Pattern[] = [
  {
    kind: 'ip_address',
    severity: 'medium',
    pattern: new RegExp(`(?<![\\w.-])${OCTET}(?:\\.${OCTET}){3}(?![\\w-]|\\.\\d|/\\d)`, 'y'),
    evidence: 'shape',
    weight: 3,
  },
  {
    kind: 'ip_address',
    begins: 'letter',
    severity: 'medium',
    pattern: new RegExp(
      `(?<![\\w:.])(?:${HEX}:){7}${HEX}(?![\\w:])|(?<![\\w:.])(?:${HEX}:){1,6}(?::${HEX}){1,6}(?![\\w:])`,
      'y',
    ),
    evidence: 'shape',
    weight: 3,
  },
];

/** Hardware addresses and wallets. */
export const NETWORK: readonly Pattern[] = [
  {
    kind: 'mac_address',
    begins: 'letter',
    severity: 'low',
    pattern: standing('[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\\1){4}[0-9A-Fa-f]{2}'),
    evidence: 'shape',
    check: (address) => !/^(?:0+|F+)$/.test(address),
    weight: 2,
  },
  {
    kind: 'crypto_wallet',
    begins: 'letter',
    severity: 'medium',
    pattern: standing('0x[0-9A-Fa-f]{40}|bc1[02-9ac-hj-np-z]{25,62}|T[1-9A-HJ-NP-Za-km-z]{33}'),
    evidence: 'shape',
    check: (address) => !/^0X0+$/.test(address),
    weight: 2,
  },
  {
    kind: 'crypto_wallet',
    severity: 'medium',
    pattern: standing('[13][1-9A-HJ-NP-Za-km-z]{25,34}'),
    evidence: 'context',
    context: /bitcoin|\bbtc\b|wallet|비트코인|지갑|ビットコイン|ウォレット|比特币|钱包/i,
    weight: 2,
  },
];
