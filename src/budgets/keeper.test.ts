import { afterEach, describe, expect, it } from 'vitest';
import {
  billOf,
  budgetBench,
  granted,
  keeperWith,
  MODEL,
  question,
  rule,
  snapshotOf,
} from '../../test/support/budgets.ts';
import type { BudgetCharge } from '../interactions/record.ts';
import { remoteAuthority, serveAuthority } from './remote-authority.ts';
import type { Reservation } from './reserve.ts';

const { bench, closeAll } = budgetBench();
afterEach(closeAll);

const refused = (reservation: Reservation): Extract<Reservation, { granted: false }> => {
  if (reservation.granted) throw new Error('granted');
  return reservation;
};

describe('given calls within a budget', () => {
  it('asks seldom: what is held is spent without a question', async () => {
    const { authority, keeper } = bench(rule({ limitMicroUsd: 1_000_000 }));
    const keeps = keeper();
    for (let call = 0; call < 1000; call++) {
      const charges = granted(await keeps.reserve(question(100))).settle(billOf(100));
      authority.book(charges, 100);
    }
    expect(authority.spent).toBe(100_000);
    expect(authority.questions).toBeLessThan(5);
  });

  it('answers at once while it holds enough', async () => {
    const keeps = bench(rule({ limitMicroUsd: 1_000_000 })).keeper();
    await keeps.reserve(question(100));
    expect(keeps.reserve(question(100))).not.toBeInstanceOf(Promise);
  });

  it('charges the bill, the estimate while the bill is unknown, and nothing for a free call', async () => {
    const keeps = bench(rule()).keeper();
    const settle = async (bill: Parameters<typeof billOf>): Promise<readonly BudgetCharge[]> =>
      granted(await keeps.reserve(question(100))).settle(billOf(...bill));
    const charge = { budgetId: rule().id, subject: '', period: '2026-11-01T00:00:00.000Z' };
    expect(await settle([30])).toEqual([{ ...charge, holder: 'one.1', microUsd: 30 }]);
    expect(await settle([null])).toMatchObject([{ microUsd: 100 }]);
    expect(await settle([null, { free: true }])).toEqual([]);
    // What a call cost beyond its estimate was not held; the loader books it.
    expect(await settle([250])).toMatchObject([{ microUsd: 100 }]);
  });

  it('settles once, however often it is told', async () => {
    const { authority, keeper } = bench(rule({ limitMicroUsd: 100 }));
    const keeps = keeper();
    const reservation = granted(await keeps.reserve(question(100)));
    expect(reservation.settle(billOf(60))).toHaveLength(1);
    expect(reservation.settle(billOf(60))).toEqual([]);
    granted(await keeps.reserve(question(40)));
    refused(await keeps.reserve(question(1)));
    expect(authority.leased).toBe(100);
  });
});

describe('given a budget that is spent', () => {
  it('refuses with its name, limit, spending and reset', async () => {
    const { authority, keeper } = bench(rule({ name: 'Team', limitMicroUsd: 50_000 }));
    authority.spent = 49_990;
    const { message, resetsAt } = refused(await keeper().reserve(question(100)));
    expect(message).toBe(
      'The budget "Team" of 0.05 USD a month does not allow this call: 0.05 USD spent, and the call may cost up to 0.000100 USD. It resets at 2026-12-01T00:00:00.000Z.',
    );
    expect(resetsAt).toEqual(new Date('2026-12-01T00:00:00.000Z'));
  });

  it('lets calls pass that cost less than what is left', async () => {
    const { keeper } = bench(rule({ limitMicroUsd: 150 }));
    const keeps = keeper();
    granted(await keeps.reserve(question(100)));
    refused(await keeps.reserve(question(100)));
    granted(await keeps.reserve(question(50)));
  });

  it('does not ask for every call that it refuses', async () => {
    const { authority, clock, keeper } = bench(rule({ limitMicroUsd: 10 }));
    const keeps = keeper();
    for (let call = 0; call < 100; call++) refused(await keeps.reserve(question(100)));
    expect(authority.questions).toBe(1);
    clock.pass(300);
    refused(await keeps.reserve(question(100)));
    expect(authority.questions).toBe(2);
  });

  it('begins anew with the next period', async () => {
    const { clock, keeper } = bench(rule({ limitMicroUsd: 100, period: 'day' }));
    const keeps = keeper();
    granted(await keeps.reserve(question(100)));
    refused(await keeps.reserve(question(100)));
    clock.pass(12 * 3_600_000);
    // The account of the new day is another; the authority of this test knows only one sum.
    expect(await keeps.reserve(question(0))).toMatchObject({ granted: true });
  });

  it('only tells where it is meant to warn', async () => {
    const keeps = bench(rule({ limitMicroUsd: 1, onExceeded: 'warn', name: '팀' })).keeper();
    const level = { budgetId: rule().id, subject: '', period: '2026-11-01T00:00:00.000Z' };
    keeps.replace({
      ...snapshotOf([rule({ limitMicroUsd: 100, onExceeded: 'warn', name: '팀' })], 2),
      levels: [{ ...level, level: 'critical', spentMicroUsd: 85 }],
    });
    const { notice } = granted(await keeps.reserve(question(1000)));
    expect(notice).toBe('critical "%ED%8C%80" 85% of 0.00 USD');
  });
});

describe('given several budgets', () => {
  const byUser = rule({
    id: '01990000-0000-7000-8000-0000000000b2',
    name: 'Users',
    scope: 'user',
    limitMicroUsd: 100,
  });

  it('holds all of them or none', async () => {
    const { authority, keeper } = bench(rule({ limitMicroUsd: 10_000 }), byUser);
    const keeps = keeper();
    const ann = { userId: 'ann' };
    refused(await keeps.reserve(question(200, ann)));
    expect(granted(await keeps.reserve(question(80, ann))).settle(billOf(80))).toMatchObject([
      { subject: '' },
      { subject: 'ann' },
    ]);
    expect(authority.leases.size).toBeGreaterThan(0);
    expect(keeps.applies('other')).toBe(false);
    // Calls of nobody are none of the users' budgets.
    expect(granted(await keeps.reserve(question(200))).settle(billOf(200))).toHaveLength(1);
  });

  it('tells which user ran out', async () => {
    const { message } = refused(
      await bench(byUser)
        .keeper()
        .reserve(question(200, { userId: 'ann' })),
    );
    expect(message).toContain('"Users" (user ann)');
  });
});

describe('given a model without a price', () => {
  const unknown = question(10, { candidates: [{ provider: 'house', model: 'nobody-knows-me' }] });

  it('refuses it, because it could not be held against the limit', async () => {
    const { message } = refused(await bench(rule()).keeper().reserve(unknown));
    expect(message).toContain('none is known for nobody-knows-me');
  });

  it('refuses it also as one of several candidates, and lets it pass where that is allowed', async () => {
    const both = question(10, {
      candidates: [{ provider: 'house', model: MODEL }, ...unknown.candidates],
    });
    refused(await bench(rule()).keeper().reserve(both));
    granted(
      await bench(rule({ unpriced: 'allow' }))
        .keeper()
        .reserve(both),
    );
    granted(
      await bench(rule({ onExceeded: 'warn' }))
        .keeper()
        .reserve(both),
    );
  });
});

describe('given an authority that is away', () => {
  it('spends what it holds, then refuses until it is back', async () => {
    const { authority, keeper } = bench(rule({ limitMicroUsd: 1600 }));
    const keeps = keeper();
    granted(await keeps.reserve(question(10)));
    authority.away = true;
    // A sixteenth of what was left is held.
    for (let call = 0; call < 9; call++) granted(await keeps.reserve(question(10)));
    expect(refused(await keeps.reserve(question(10))).message).toContain('cannot be checked');
    authority.away = false;
    granted(await keeps.reserve(question(10)));
  });

  it('stops spending under a name that may be held for dead', async () => {
    const { authority, clock, keeper } = bench(rule({ limitMicroUsd: 1600 }));
    const keeps = keeper();
    granted(await keeps.reserve(question(10)));
    clock.pass(76_000);
    authority.bury('one');
    const charges = granted(await keeps.reserve(question(10))).settle(billOf(10));
    expect(charges).toMatchObject([{ holder: 'one.2' }]);
  });
});

describe('given an authority in another process', () => {
  it('asks over calls', async () => {
    const { authority, clock } = bench(rule());
    const handlers = serveAuthority(authority);
    const remote = remoteAuthority((name, payload) => {
      const handler = new Map<string, (payload: never) => Promise<unknown>>(
        Object.entries(handlers),
      ).get(name);
      // As over a line between processes: plain data.
      return (
        handler?.(JSON.parse(JSON.stringify(payload)) as never) ?? Promise.reject(new Error(name))
      );
    });
    const keeps = keeperWith(remote, { clock, snapshot: snapshotOf([rule()]), name: 'far' });
    granted(await keeps.reserve(question(100)));
    expect(authority.leased).toBeGreaterThanOrEqual(100);
    await keeps.tick();
    await keeps.close();
    expect(authority.leased).toBe(100);
  });
});
