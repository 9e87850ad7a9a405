import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atOnce,
  headersOf,
  limitRule,
  limitSubject,
  PROJECT,
  testGate,
} from '../../test/support/limits.ts';
import { firstDifference, rules, steps } from '../../test/support/limits-model.ts';
import type { Admission, LimitSubject } from './gate.ts';
import type { LimitRule } from './rules.ts';

const tokensRule = (limit: number): LimitRule => limitRule({ metric: 'tokens_per_minute', limit });
const placesRule = (limit: number): LimitRule =>
  limitRule({ metric: 'concurrent_requests', limit });

function caller(all: readonly LimitRule[]) {
  const test = testGate(all);
  const admit = (subject: Partial<LimitSubject> = {}): Admission =>
    atOnce(test.gate.admit(limitSubject(subject)));
  return { ...test, admit };
}

function mustAdmit(admission: Admission): Extract<Admission, { admitted: true }> {
  if (!admission.admitted) throw new Error(`refused: ${admission.limit}`);
  return admission;
}

describe('given requests a minute', () => {
  it('admits as many at once, refuses the next, and refills evenly', () => {
    const { admit, clock } = caller([limitRule({ limit: 60 })]);
    const all = Array.from({ length: 61 }, () => admit().admitted);
    expect(all.filter(Boolean)).toHaveLength(60);
    expect(all.at(-1)).toBe(false);
    clock.pass(999);
    expect(admit()).toMatchObject({ admitted: false, retryAfterMs: 1 });
    clock.pass(1);
    expect([admit().admitted, admit().admitted]).toEqual([true, false]);
  });

  it('counts each subject of * on its own, and one that is named by its own rule', () => {
    const own = limitRule({ match: 'key-9', limit: 3 });
    const { admit } = caller([limitRule({ limit: 1 }), own]);
    const passed = (keyId: string): number =>
      Array.from({ length: 5 }, () => admit({ keyId })).filter(({ admitted }) => admitted).length;
    expect([passed('key-1'), passed('key-2'), passed('key-9')]).toEqual([1, 1, 3]);
  });

  it('does not count who is not named', () => {
    const { admit } = caller([limitRule({ scope: 'user', limit: 1 })]);
    expect([admit({ userId: null }), admit({ userId: null })].every((a) => a.admitted)).toBe(true);
  });

  it('counts the addresses of one IPv6 network together', () => {
    const { admit } = caller([limitRule({ scope: 'ip', limit: 1 })]);
    expect(admit({ ip: '2001:db8::1' }).admitted).toBe(true);
    expect(admit({ ip: '2001:db8:0:0:ffff::2' }).admitted).toBe(false);
    expect(admit({ ip: '2001:db8:0:1::1' }).admitted).toBe(true);
    expect(admit({ ip: '::ffff:192.0.2.7' }).admitted).toBe(true);
    expect(admit({ ip: '192.0.2.7' }).admitted).toBe(false);
  });
});

describe('given tokens a minute', () => {
  it('reserves the estimate and corrects it to what the call cost', () => {
    const { admit } = caller([tokensRule(1000)]);
    const call = mustAdmit(admit({ estimatedTokens: 900 }));
    expect(admit({ estimatedTokens: 200 }).admitted).toBe(false);
    call.release(100);
    expect(admit({ estimatedTokens: 900 }).admitted).toBe(true);
    expect(admit({ estimatedTokens: 1 }).admitted).toBe(false);
  });

  it('lets a call that cost more than expected weigh on those after it', () => {
    const { admit, clock } = caller([tokensRule(1000)]);
    mustAdmit(admit({ estimatedTokens: 10 })).release(2000);
    expect(admit({ estimatedTokens: 1 })).toMatchObject({ admitted: false, retryAfterMs: 60_060 });
    clock.pass(60_060);
    expect(admit({ estimatedTokens: 1 }).admitted).toBe(true);
  });

  it('says whether anybody needs to know the tokens', () => {
    expect(caller([tokensRule(1)]).admit()).toMatchObject({ countsTokens: true });
    expect(caller([placesRule(1)]).admit()).toMatchObject({ countsTokens: false });
    expect(caller([]).admit()).toMatchObject({ countsTokens: false });
  });

  it('keeps the estimate of a call whose cost nobody knows, and hears of a call once', () => {
    const { admit } = caller([tokensRule(100)]);
    const call = mustAdmit(admit({ estimatedTokens: 60 }));
    call.release(null);
    call.release(0);
    expect(admit({ estimatedTokens: 41 }).admitted).toBe(false);
    expect(admit({ estimatedTokens: 40 }).admitted).toBe(true);
  });

  it('admits an estimate above the whole allowance when nothing else is in use', () => {
    const { admit } = caller([tokensRule(100)]);
    expect(admit({ estimatedTokens: 5000 }).admitted).toBe(true);
    expect(admit({ estimatedTokens: 1 }).admitted).toBe(false);
  });
});

describe('given concurrent requests', () => {
  it('is exact for 200 at once, and a place is free when its call is over', async () => {
    const { gate } = testGate([placesRule(50)]);
    const calls = await Promise.all(
      Array.from({ length: 200 }, async () => gate.admit(limitSubject())),
    );
    const open = calls.filter((call) => call.admitted);
    expect(open).toHaveLength(50);
    for (const call of open.slice(0, 7)) call.release(null);
    const again = await Promise.all(
      Array.from({ length: 200 }, async () => gate.admit(limitSubject())),
    );
    expect(again.filter(({ admitted }) => admitted)).toHaveLength(7);
  });

  it('asks to come back in a second, as nobody knows better', () => {
    const { admit } = caller([placesRule(1)]);
    admit();
    expect(admit()).toMatchObject({
      admitted: false,
      retryAfterMs: 1000,
      limit: '1 request at the same time for this key',
    });
  });
});

describe('given several rules', () => {
  it('takes nothing from one when another refuses', () => {
    const { admit } = caller([
      limitRule({ limit: 10 }),
      limitRule({ scope: 'model', limit: 1 }),
      placesRule(2),
    ]);
    admit();
    for (let tries = 0; tries < 20; tries += 1) expect(admit().admitted).toBe(false);
    const other = headersOf(admit({ model: 'other' }));
    expect(other['x-ratelimit-remaining-requests']).toBe('0');
    expect(admit({ model: 'third' })).toMatchObject({
      limit: '2 requests at the same time for this key',
    });
  });

  it('decides as the plainest model does, whatever happens in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(rules, steps, async (all, doings) => {
        expect(await firstDifference(all, doings, testGate(all))).toBeNull();
      }),
      { numRuns: 400 },
    );
  });
});

describe('headers', () => {
  it('tell of the tightest rule, in the words of OpenAI and of the IETF', () => {
    const all = [
      limitRule({ limit: 120 }),
      limitRule({ scope: 'ip', limit: 60 }),
      tokensRule(6000),
    ];
    const { admit } = caller(all);
    expect(headersOf(admit({ estimatedTokens: 1500 }))).toEqual({
      'x-ratelimit-limit-requests': '60',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
      'x-ratelimit-limit-tokens': '6000',
      'x-ratelimit-remaining-tokens': '4500',
      'x-ratelimit-reset-tokens': '15s',
      'ratelimit-policy': '"requests";q=60;w=60, "tokens";q=6000;qu="tokens";w=60',
      ratelimit: '"requests";r=59;t=1, "tokens";r=4500;t=15',
    });
  });

  it('say when to come back', () => {
    const { admit } = caller([limitRule({ limit: 1 })]);
    admit();
    const refused = admit();
    expect(refused).toMatchObject({
      retryAfterMs: 60_000,
      limit: '1 request a minute for this key',
    });
    expect(headersOf(refused)).toMatchObject({
      'retry-after': '60',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '1m0s',
    });
  });

  it('are none where no rule is', () => {
    const { admit, gate } = caller([]);
    expect(admit()).toMatchObject({ admitted: true, headers: [] });
    expect(gate.applies(PROJECT)).toBe(false);
  });
});

describe('memory', () => {
  it('forgets allowances that are full again', async () => {
    const { admit, clock, count } = caller([limitRule({ scope: 'user', limit: 60 })]);
    for (let n = 0; n < 1000; n += 1) {
      admit({ userId: `u${n}` });
      clock.pass(500);
    }
    expect(await count('lqo_limit_subjects')).toBeLessThan(10);
    expect(await count('lqo_limit_forgotten_subjects_total')).toBe(0);
  });

  it('holds no more subjects than it may, and never forgets a call under way', async () => {
    const all = [limitRule({ scope: 'user', limit: 1 }), { ...placesRule(1) }];
    const test = testGate(all, { maxSubjects: 100 });
    const held = limitSubject({ userId: 'held', keyId: 'held-key' });
    expect(atOnce(test.gate.admit(held)).admitted).toBe(true);
    for (let n = 0; n < 5000; n += 1) {
      const call = atOnce(test.gate.admit(limitSubject({ userId: `u${n}`, keyId: `k${n}` })));
      if (call.admitted) call.release(null);
    }
    expect(await test.count('lqo_limit_subjects')).toBeLessThanOrEqual(102);
    expect(await test.count('lqo_limit_forgotten_subjects_total')).toBeGreaterThan(4000);
    const again = atOnce(test.gate.admit({ ...held, userId: 'another' }));
    expect(again).toMatchObject({
      admitted: false,
      limit: '1 request at the same time for this key',
    });
  });

  it('goes on counting after a rule was changed', () => {
    const { admit, directory } = caller([limitRule({ limit: 2 })]);
    admit();
    directory.replace({ version: 2, rules: [limitRule({ limit: 3 })] });
    expect([admit(), admit(), admit()].map(({ admitted }) => admitted)).toEqual([
      true,
      true,
      false,
    ]);
    directory.replace({ version: 3, rules: [] });
    expect(admit().admitted).toBe(true);
  });
});

describe('what it tells', () => {
  it('is the use of the busiest subjects', async () => {
    const { admit, gate, clock } = caller([
      limitRule({ limit: 10 }),
      tokensRule(100),
      placesRule(4),
    ]);
    admit({ keyId: 'a' });
    mustAdmit(admit({ keyId: 'b', estimatedTokens: 50 })).release(80);
    clock.pass(3000);
    const { store, items } = await gate.busiest(PROJECT, 3);
    expect(store).toBe('local');
    expect(items).toEqual([
      expect.objectContaining({
        subject: 'b',
        metric: 'tokens_per_minute',
        used: 75,
        usedShare: 0.75,
      }),
      expect.objectContaining({
        subject: 'a',
        metric: 'concurrent_requests',
        used: 1,
        resetsInMs: null,
      }),
      expect.objectContaining({ subject: expect.any(String), usedShare: 0.05 }),
    ]);
    expect((await gate.busiest('another project', 10)).items).toEqual([]);
  });

  it('counts refusals', async () => {
    const { admit, metrics } = caller([limitRule({ limit: 1 })]);
    for (let n = 0; n < 4; n += 1) admit();
    expect(await metrics.registry.metrics()).toContain(
      'lqo_limit_refusals_total{scope="key",metric="requests_per_minute"} 3',
    );
  });
});
