import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/support/property-seed.ts';
import { AppError } from '../core/errors.ts';
import { ipv4Number, ipv6Groups } from './address-ranges.ts';
import {
  checkedBaseUrl,
  forbiddenAddress,
  forbiddenHost,
  guardedLookup,
  type ResolveAll,
} from './guard-address.ts';

const STRICT = { allowLinkLocal: false };
const LOOSE = { allowLinkLocal: true };

function codeOf(text: string, rules = STRICT): string | null {
  try {
    checkedBaseUrl(text, rules);
    return null;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '10.0.0.5',
    '192.168.1.20',
    '172.16.0.1',
    '8.8.8.8',
    '169.253.255.255',
    '169.255.0.0',
    '::1',
    'fd12:3456::1',
    '2606:4700::1111',
    '::ffff:10.0.0.1',
    '64:ff9b::8.8.8.8',
  ])('%s may be called', (address) => {
    expect(forbiddenAddress(address, STRICT)).toBeNull();
  });

  it.each([
    '169.254.169.254',
    '169.254.170.2',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fd00:ec2::254',
    'FD00:0EC2:0:0:0:0:0:254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '::169.254.169.254',
    '::ffff:0:169.254.169.254',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '2001:0:0808:0808:0:0:5601:5601',
    'fe80::5efe:a9fe:a9fe',
    '2001:db8::5efe:169.254.169.254',
  ])('%s may not, unless link-local addresses are allowed', (address) => {
    expect(forbiddenAddress(address, STRICT)).not.toBeNull();
    expect(forbiddenAddress(address, LOOSE)).toBeNull();
  });

  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '224.0.0.1',
    '239.1.1.1',
    '255.255.255.255',
    '::',
    'ff02::1',
    '::ffff:0.0.0.0',
  ])('%s may never be called', (address) => {
    expect(forbiddenAddress(address, LOOSE)).not.toBeNull();
  });

  it.each([
    '',
    'example.com',
    '1.2.3',
    '1.2.3.256',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    'g::1',
    '::1.2.3.999',
  ])('%j is none and is refused', (address) => {
    expect(forbiddenAddress(address, LOOSE)).toBe('not an address');
  });

  it('is read as Node reads it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        // The URL parser canonicalises; both spellings must be the same address.
        const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
        expect(ipv6Groups(address)).toEqual(ipv6Groups(canonical));
        expect(ipv6Groups(address)).toHaveLength(8);
      }),
    );
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const number = ipv4Number(address) ?? -1;
        expect(new URL(`http://${number}/`).hostname).toBe(address);
      }),
    );
  });
});

/** A byte as inet_aton reads it. */
const spelled = (byte: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    String(byte),
    `0${byte.toString(8)}`,
    `0x${byte.toString(16)}`,
    `0X0${byte.toString(16)}`,
  );

/** Some spelling of an IPv4 address that a URL may hold. */
const spellings = (bytes: readonly [number, number, number, number]): fc.Arbitrary<string> => {
  const [a, b, c, d] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  return fc.oneof(
    fc.tuple(spelled(a), spelled(b), spelled(c), spelled(d)).map((parts) => parts.join('.')),
    fc.tuple(spelled(a), spelled(b)).map((two) => `${two.join('.')}.${c * 256 + d}`),
    spelled(a).map((one) => `${one}.${(b * 256 + c) * 256 + d}`),
    fc.constantFrom(String(number), `0x${number.toString(16)}`, `0${number.toString(8)}`),
    fc.constantFrom(
      `[::ffff:${a}.${b}.${c}.${d}]`,
      `[64:ff9b::${a}.${b}.${c}.${d}]`,
      `[2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::]`,
    ),
  );
};

describe('a base URL', () => {
  it('is refused for every spelling of a link-local address, and allowed when that is', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const host = fc.tuple(byte, byte).chain(([c, d]) => spellings([169, 254, c, d]));
    fc.assert(
      fc.property(host, fc.constantFrom('http', 'https'), (spelling, scheme) => {
        expect(codeOf(`${scheme}://${spelling}/latest/meta-data`)).toBe('forbidden_address');
        expect(codeOf(`${scheme}://${spelling}/latest/meta-data`, LOOSE)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is allowed for every spelling of a private address', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const host = fc.tuple(byte, byte, byte).chain(([b, c, d]) => spellings([10, b, c, d]));
    fc.assert(
      fc.property(host, (spelling) => {
        expect(codeOf(`http://${spelling}:8000/v1`)).toBeNull();
      }),
    );
  });

  it.each([
    'http://metadata.google.internal/v1',
    'http://METADATA.google.internal./v1',
    'http://instance-data/v1',
    'http://metadata/v1',
    'http://[fe80::1]/v1',
    'http://①⑥⑨.254.169.254/',
    'http://169。254。169。254/',
  ])('%s is refused', (text) => {
    expect(codeOf(text)).toBe('forbidden_address');
  });

  it.each([
    '',
    'no url',
    'file:///etc/passwd',
    'ftp://example.com',
    'https://user@example.com/v1',
    'https://user:secret@example.com/v1',
    'https://example.com/v1?key=1',
    'https://example.com/v1#x',
    'javascript:alert(1)',
    'http://256.256.256.256/',
  ])('%j is no base URL', (text) => {
    expect(codeOf(text)).toBe('invalid_request');
  });

  it.each([
    'https://api.openai.com/v1',
    ' http://127.0.0.1:11434 ',
    'http://ollama:11434',
    'http://[::1]:8000/v1',
  ])('%s may be called', (text) => {
    expect(codeOf(text)).toBeNull();
  });

  it('never makes the check throw anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((s) => `http://${s}`),
        ),
        (text) => {
          expect([null, 'invalid_request', 'forbidden_address']).toContain(codeOf(text));
        },
      ),
    );
  });
});

/** A resolver that answers with these addresses. */
const resolver =
  (...addresses: string[]): ResolveAll =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

function look(
  resolve: ResolveAll,
  options: { all?: boolean; host?: string } = {},
): Promise<unknown> {
  return new Promise((settle) => {
    guardedLookup(STRICT, resolve)(
      options.host ?? 'llm.example.com',
      { all: options.all ?? false },
      (error, address, family) => settle(error ?? { address, family }),
    );
  });
}

describe('a guarded look-up', () => {
  it('answers like the one of Node', async () => {
    const found = resolver('10.0.0.1', '::1');
    expect(await look(found)).toEqual({ address: '10.0.0.1', family: 4 });
    expect(await look(found, { all: true })).toMatchObject({
      address: [
        { address: '10.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ],
    });
  });

  it('refuses a name that leads to a forbidden address, even beside allowed ones', async () => {
    for (const addresses of [['169.254.169.254'], ['8.8.8.8', '::ffff:a9fe:a9fe']]) {
      for (const all of [true, false]) {
        expect(await look(resolver(...addresses), { all })).toMatchObject({
          code: 'forbidden_address',
        });
      }
    }
  });

  it('judges the very answer it hands on, so a name that changes its address gains nothing', async () => {
    const answers = [['8.8.8.8'], ['169.254.169.254'], ['8.8.8.8']];
    const rebinding: ResolveAll = (host, options, done) =>
      resolver(...(answers.shift() ?? []))(host, options, done);
    expect(await look(rebinding)).toMatchObject({ address: '8.8.8.8' });
    expect(await look(rebinding)).toMatchObject({ code: 'forbidden_address' });
    expect(await look(rebinding)).toMatchObject({ address: '8.8.8.8' });
  });

  it('refuses the names of metadata services and hands errors of the resolver on', async () => {
    expect(await look(resolver('10.0.0.1'), { host: 'metadata.google.internal' })).toMatchObject({
      code: 'forbidden_address',
    });
    const failing: ResolveAll = (_host, _options, done) =>
      done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    expect(await look(failing)).toMatchObject({ code: 'ENOTFOUND' });
    expect(await look(resolver())).toBeInstanceOf(Error);
  });

  it('knows hosts by their name alone where that tells', () => {
    expect(forbiddenHost('169.254.1.1', STRICT)).toBe('a link-local address');
    expect(forbiddenHost('api.openai.com', STRICT)).toBeNull();
    expect(forbiddenHost('metadata', LOOSE)).toBeNull();
  });
});
