/** An IPv6 address as eight groups of 16 bits; null when the text is none. A zone (`%eth0`) is ignored. */
export function ipv6Groups(text: string): readonly number[] | null {
  const [address = ''] = text.split('%', 1);
  const halves = withoutDots(address)?.split('::') ?? [];
  if (halves.length === 0 || halves.length > 2) return null;
  const [head = [], tail = []] = halves.map(groupsOf);
  const missing = 8 - head.length - tail.length;
  const complete = halves.length === 1 ? missing === 0 : missing >= 1;
  const groups = [...head, ...Array.from({ length: Math.max(0, missing) }, () => 0), ...tail];
  return complete && groups.every((group) => group >= 0) ? groups : null;
}

/** -1 marks what is no group. */
function groupsOf(half: string): number[] {
  if (half === '') return [];
  return half
    .split(':')
    .map((group) => (/^[0-9a-f]{1,4}$/i.test(group) ? Number.parseInt(group, 16) : -1));
}

/** `::ffff:1.2.3.4` with its last part in hexadecimal; null when that part is no address. */
function withoutDots(address: string): string | null {
  if (!address.includes('.')) return address;
  const at = address.lastIndexOf(':') + 1;
  const ipv4 = ipv4Number(address.slice(at));
  if (ipv4 === null) return null;
  const high = Math.floor(ipv4 / 0x1_0000);
  return `${address.slice(0, at)}${high.toString(16)}:${(ipv4 % 0x1_0000).toString(16)}`;
}

/** A dotted IPv4 address as a number; null when the text is none. */
export function ipv4Number(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return null;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/**
 * The IPv4 addresses that an IPv6 address stands for: mapped and translated (RFC 4291, 2765), compatible,
 * NAT64 (RFC 6052, 8215), 6to4 (RFC 3056), Teredo (RFC 4380) and ISATAP (RFC 5214).
 */
export function embeddedIpv4(groups: readonly number[]): readonly number[] {
  const at = (place: number): number => (groups[place] ?? 0) * 0x1_0000 + (groups[place + 1] ?? 0);
  const begins = (...prefix: readonly number[]): boolean =>
    prefix.every((group, place) => groups[place] === group);
  const found: number[] = [];
  if (begins(0, 0, 0, 0, 0) || begins(0, 0, 0, 0, 0xffff, 0)) found.push(at(6));
  if (begins(0x64, 0xff9b)) found.push(at(6));
  if (begins(0x2002)) found.push(at(1));
  if (begins(0x2001, 0)) found.push(at(2), (at(6) ^ 0xffff_ffff) >>> 0);
  if (((groups[4] ?? 0) & 0xfdff) === 0 && groups[5] === 0x5efe) found.push(at(6));
  return found;
}
