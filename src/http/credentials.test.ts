import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysOf } from './credentials.ts';
import { createOriginGuard, hostName } from './guard-origin.ts';
import { requestId } from './request-id.ts';

describe('the keys of a request', () => {
  it.each([
    [{ authorization: 'Bearer lqo_a' }, ['lqo_a']],
    [{ authorization: 'bearer  lqo_a ' }, ['lqo_a']],
    [{ 'x-api-key': 'lqo_b' }, ['lqo_b']],
    [{ 'api-key': 'lqo_c' }, ['lqo_c']],
    [{ 'x-goog-api-key': 'lqo_d' }, ['lqo_d']],
    [{ authorization: 'Bearer sk-x', 'x-api-key': 'lqo_b' }, ['sk-x', 'lqo_b']],
    [{ authorization: 'Basic bHFvOmE=' }, []],
    [{ authorization: 'Bearer' }, []],
    [{ authorization: 'Bearer a b' }, []],
    [{ 'x-api-key': '' }, []],
    [{}, []],
  ])('of %j are %j', (headers, expected) => {
    expect(keysOf(headers)).toEqual(expected);
  });

  it('are read from any header text without fail or delay', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20_000 }), (text) => {
        expect(keysOf({ authorization: `Bearer ${text}` }).length).toBeLessThanOrEqual(1);
        expect(keysOf({ authorization: text }).length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a request id', () => {
  it('is the caller’s only if it cannot break a log line or a header', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\w.-]{1,140}$/)), (text) => {
        const id = requestId({ 'x-request-id': text }, () => 'new');
        expect(id === 'new' || (id === text && /^[\w.-]{8,128}$/.test(id))).toBe(true);
      }),
    );
    expect(requestId({ 'x-request-id': '0af7651916cd43dd' }, () => 'new')).toBe('0af7651916cd43dd');
    expect(requestId({}, () => 'new')).toBe('new');
  });
});

describe('the Host guard on loopback', () => {
  const guard = createOriginGuard({
    HOST: '127.0.0.1',
    ALLOWED_HOSTS: 'lqo.example.com, dev.test:8443',
  });
  const passes = (headers: Record<string, string>, method = 'GET'): boolean => {
    try {
      guard.check(method, headers);
      return true;
    } catch {
      return false;
    }
  };

  it.each([
    'localhost',
    'LOCALHOST:18000',
    '127.0.0.1:18000',
    '[::1]:18000',
    '127.8.9.1',
    'lqo.example.com',
    'lqo.example.com:443',
    'dev.test:8443',
  ])('answers %s', (host) => {
    expect(passes({ host })).toBe(true);
  });

  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'dev.test',
    '',
    'localhost:18000@evil.example',
    'localhost, evil.example',
    '2130706433',
    '0x7f.1',
  ])('refuses %j', (host) => {
    expect(passes({ host })).toBe(false);
  });

  it('takes no text for one of our names that is not', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.webAuthority()), (host) => {
        const name = hostName(host);
        fc.pre(
          !/^(localhost|\[::1\]|127(\.\d+){3}|lqo\.example\.com|dev\.test)$/i.test(name ?? ''),
        );
        expect(passes({ host })).toBe(false);
      }),
    );
  });

  it('lets changes in from the same origin and from programs, and from nowhere else', () => {
    const host = '127.0.0.1:18000';
    expect(passes({ host, origin: 'http://127.0.0.1:18000' }, 'POST')).toBe(true);
    expect(passes({ host: 'lqo.example.com', origin: 'https://lqo.example.com' }, 'DELETE')).toBe(
      true,
    );
    expect(passes({ host, origin: 'https://dev.test:8443' }, 'POST')).toBe(true);
    expect(passes({ host }, 'POST')).toBe(true);
    for (const origin of [
      'http://127.0.0.1:3000',
      'http://localhost:18000',
      'http://evil.example',
      'null',
      'file://',
      'http://127.0.0.1:18000.evil.example',
      '',
    ]) {
      expect([origin, passes({ host, origin }, 'POST')]).toEqual([origin, false]);
    }
    expect(passes({ host, 'sec-fetch-site': 'cross-site' }, 'PUT')).toBe(false);
    expect(passes({ host, 'sec-fetch-site': 'cross-site' }, 'GET')).toBe(true);
  });
});

describe('the Host guard on other addresses', () => {
  const guard = createOriginGuard({ HOST: '0.0.0.0', ALLOWED_HOSTS: null });

  it('answers any name, and still refuses changes from other origins', () => {
    expect(() => guard.check('GET', { host: 'llm.internal' })).not.toThrow();
    expect(() =>
      guard.check('POST', { host: 'llm.internal', origin: 'https://llm.internal' }),
    ).not.toThrow();
    expect(() =>
      guard.check('POST', { host: 'llm.internal', origin: 'https://evil.example' }),
    ).toThrow(expect.objectContaining({ code: 'forbidden_host' }));
  });
});
