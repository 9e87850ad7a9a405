import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AppError } from '../core/errors.ts';
import { embeddedIpv4, ipv4Number, ipv6Groups } from './address-ranges.ts';

/**
 * Where provider URLs may lead. People set them at run time, so they must not reach what answers anybody on
 * this machine's own link with its secrets: link-local addresses and the metadata services of clouds.
 * Loopback and private networks are allowed, because model servers live there.
 */
export interface AddressRules {
  readonly allowLinkLocal: boolean;
}

interface Ipv4Range {
  readonly base: number;
  readonly bits: number;
  readonly name: string;
  /** Refused whatever the rules: nothing can listen there. */
  readonly always: boolean;
}

const ipv4Range = (range: string, name: string, always: 'always' | null = null): Ipv4Range => {
  const [base = '', bits = '32'] = range.split('/');
  return { base: ipv4Number(base) ?? 0, bits: Number(bits), name, always: always !== null };
};

/** Source: IANA IPv4 special-purpose registry; documentation of the clouds for their metadata services. */
const IPV4: readonly Ipv4Range[] = [
  ipv4Range('0.0.0.0/8', 'an unspecified address', 'always'),
  ipv4Range('169.254.0.0/16', 'a link-local address'),
  ipv4Range('100.100.100.200/32', 'a cloud metadata service'),
  ipv4Range('168.63.129.16/32', 'a cloud metadata service'),
  ipv4Range('192.0.0.192/32', 'a cloud metadata service'),
  ipv4Range('224.0.0.0/4', 'a multicast address', 'always'),
  ipv4Range('255.255.255.255/32', 'the broadcast address', 'always'),
];

/** Metadata services that have an address outside link-local: AWS and Google Cloud, both over IPv6. */
const METADATA_IPV6 = ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254'].map((text) =>
  (ipv6Groups(text) ?? []).join(),
);

const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'metadata.azure.internal',
  'metadata.platformequinix.com',
  'instance-data',
  'instance-data.ec2.internal',
]);

/** Why an address (IPv4 or IPv6, as a resolver writes it) must not be called; null when it may be. */
export function forbiddenAddress(address: string, rules: AddressRules): string | null {
  const ipv4 = ipv4Number(address);
  if (ipv4 !== null) return forbiddenIpv4(ipv4, rules);
  const groups = ipv6Groups(address);
  if (groups === null) return 'not an address';
  return forbiddenIpv6(groups, rules);
}

function forbiddenIpv4(address: number, { allowLinkLocal }: AddressRules): string | null {
  const size = (bits: number): number => 2 ** (32 - bits);
  const range = IPV4.find(({ base, bits }) => address >= base && address < base + size(bits));
  return range === undefined || (allowLinkLocal && !range.always) ? null : range.name;
}

function forbiddenIpv6(groups: readonly number[], rules: AddressRules): string | null {
  const [first = 0] = groups;
  const leading = groups.slice(0, 7).every((group) => group === 0);
  if (leading && groups[7] === 1) return null;
  if (leading && groups[7] === 0) return 'an unspecified address';
  if ((first & 0xff00) === 0xff00) return 'a multicast address';
  if (!rules.allowLinkLocal) {
    if ((first & 0xffc0) === 0xfe80) return 'a link-local address';
    if (METADATA_IPV6.includes(groups.join())) return 'a cloud metadata service';
  }
  for (const ipv4 of embeddedIpv4(groups)) {
    const reason = forbiddenIpv4(ipv4, rules);
    if (reason !== null) return reason;
  }
  return null;
}

/** Why a host (as `URL.hostname` writes it) must not be called, as far as its name tells; null when it may be. */
export function forbiddenHost(hostname: string, rules: AddressRules): string | null {
  const host = hostname.toLowerCase().replace(/\.+$/, '');
  if (host.startsWith('[')) return forbiddenAddress(host.slice(1, -1), rules);
  // The URL parser has turned decimal, octal, hexadecimal and short forms into dotted ones by now.
  if (ipv4Number(host) !== null) return forbiddenAddress(host, rules);
  const metadata = !rules.allowLinkLocal && METADATA_NAMES.has(host);
  return metadata ? 'a cloud metadata service' : null;
}

/**
 * A provider's base URL, checked as far as its text tells. Throws `invalid_request` unless it is http(s)
 * without user name, query and fragment, and `forbidden_address` when it leads where it must not.
 */
export function checkedBaseUrl(text: string, rules: AddressRules): URL {
  const url = URL.parse(text.trim());
  const plain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.hostname !== '' &&
    url.username === '' &&
    url.password === '' &&
    url.search === '' &&
    url.hash === '';
  if (!plain) {
    throw new AppError(
      'invalid_request',
      'The base URL must be an http or https URL without user name, query and fragment, for example https://api.openai.com/v1.',
      { details: { field: 'baseUrl' } },
    );
  }
  const reason = forbiddenHost(url.hostname, rules);
  if (reason !== null) throw forbidden(url.hostname, reason);
  return url;
}

/**
 * Resolves names for connections and refuses those that lead to a forbidden address, by the very addresses
 * that the connection then uses: a name that changes between check and use (DNS rebinding) gains nothing.
 * For `connect.lookup` of undici. Literal addresses are never looked up, so URLs need `checkedBaseUrl` as well.
 * A refused name fails with AppError `forbidden_address`.
 */
export function guardedLookup(
  rules: AddressRules,
  resolve: ResolveAll = (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, done),
): LookupFunction {
  return (hostname, options, done) => {
    const fail = (error: Error): void => done(error, '', 0);
    resolve(hostname, options, (error, addresses) => {
      if (error !== null) return fail(error);
      // One forbidden address among several is enough: an honest name has none.
      const refused = refusalOf(hostname, addresses, rules);
      if (refused !== null) return fail(refused);
      const [first] = addresses;
      if (first === undefined) return fail(new Error(`${hostname} has no address`));
      return options.all === true
        ? done(null, [...addresses])
        : done(null, first.address, first.family);
    });
  };
}

export type ResolveAll = (
  hostname: string,
  options: LookupOptions,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

function refusalOf(
  hostname: string,
  addresses: readonly LookupAddress[],
  rules: AddressRules,
): AppError | null {
  const named = forbiddenHost(hostname, rules);
  if (named !== null) return forbidden(hostname, named);
  for (const { address } of addresses ?? []) {
    const reason = forbiddenAddress(address, rules);
    if (reason !== null) return forbidden(hostname, reason);
  }
  return null;
}

function forbidden(host: string, reason: string): AppError {
  return new AppError(
    'forbidden_address',
    `${host} leads to ${reason}, which providers must not reach. Allow it at the provider (allowLinkLocal) if it is meant.`,
    { details: { host, reason } },
  );
}
