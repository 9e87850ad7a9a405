import { describe, expect, it } from 'vitest';
import { exchangeRecord } from '../../test/durability/exchange-record.ts';
import { PLAIN_HANDLING } from '../interactions/record.ts';
import { createPricer } from '../pricing/price.ts';
import { readRecord } from './read-record.ts';
import type { RecordedHandling } from './spool-record.ts';

const HANDLED: RecordedHandling = {
  route: 'support',
  responseDialect: null,
  cache: 'miss',
  exposure: { experimentId: '01990000-0000-7000-8000-00000000000e', arm: 'b', unit: 'u1' },
  shadowOf: null,
  charges: [],
};

const price = createPricer({ prices: [] });

describe('given a record of a forwarded call', () => {
  it('says that nothing else was done with it', async () => {
    const { interaction, charges } = await readRecord(exchangeRecord(), price);
    expect(interaction?.handling).toEqual(PLAIN_HANDLING);
    expect(charges).toEqual([]);
  });

  it('keeps route and experiment arm', async () => {
    const { interaction } = await readRecord(exchangeRecord({ handling: HANDLED }), price);
    expect(interaction?.handling).toMatchObject({
      route: 'support',
      cache: 'miss',
      savedMicroUsd: null,
      exposure: { arm: 'b', unit: 'u1' },
    });
    expect(interaction?.costMicroUsd).toBeGreaterThan(0);
  });

  it('hands on what the call holds of budgets', async () => {
    const charge = {
      budgetId: '01990000-0000-7000-8000-0000000000bb',
      period: '2026-11-01T00:00:00.000Z',
      holder: 'one',
      subject: '',
      microUsd: 12,
    };
    const record = exchangeRecord({ handling: { ...HANDLED, charges: [charge] } });
    expect((await readRecord(record, price)).charges).toEqual([charge]);
  });
});

describe('given a record of a cache hit', () => {
  it('costs nothing and saves what the call would have cost', async () => {
    const paid = await readRecord(exchangeRecord(), price);
    const hit = await readRecord(exchangeRecord({ handling: { ...HANDLED, cache: 'hit' } }), price);
    expect(hit.interaction).toMatchObject({ costMicroUsd: 0, costSource: 'reported' });
    expect(hit.interaction?.handling.savedMicroUsd).toBe(paid.interaction?.costMicroUsd);
  });

  it('saves an unknown amount where the price is unknown', async () => {
    const record = exchangeRecord({ handling: { ...HANDLED, cache: 'hit' } });
    const { interaction } = await readRecord(record, () => null);
    expect(interaction).toMatchObject({ costMicroUsd: 0, handling: { savedMicroUsd: null } });
  });
});
