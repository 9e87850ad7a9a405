import { describe, expect, it } from 'vitest';
import { createPricer } from '../pricing/price.ts';
import { type DemoTrafficOptions, generateDemoTraffic } from './demo-traffic.ts';
import { readRecord } from './read-record.ts';
import type { ExchangeRecord, SpoolRecord } from './spool-record.ts';

const OPTIONS: DemoTrafficOptions = {
  projectId: '019a0000-0000-7000-8000-000000000001',
  from: new Date('2026-11-14T13:00:00Z'),
  to: new Date('2026-11-21T13:00:00Z'),
  seed: 1,
  perDay: 120,
};
const DAY_MS = 86_400_000;
const records = [...generateDemoTraffic(OPTIONS)];
const calls = records.filter((record): record is ExchangeRecord => record.kind === 'exchange');
const eventsNamed = (name: string): SpoolRecord[] =>
  records.filter((record) => record.kind === 'event' && record.event['event'] === name);
const share = (of: readonly ExchangeRecord[], test: (call: ExchangeRecord) => boolean): number =>
  of.filter(test).length / of.length;

describe('given a week of sample traffic', () => {
  it('is the same for the same options and another for another seed', () => {
    expect([...generateDemoTraffic(OPTIONS)]).toEqual(records);
    const other = [...generateDemoTraffic({ ...OPTIONS, seed: 2 })];
    expect(other.map(({ id }) => id)).not.toEqual(records.map(({ id }) => id));
  });

  it('has about as many calls as were asked for, in order, each once, inside the span', () => {
    expect(calls.length).toBeGreaterThan(7 * 120 * 0.85);
    expect(calls.length).toBeLessThan(7 * 120 * 1.15);
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    const times = calls.map((call) => call.receivedAtMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((at) => at >= OPTIONS.from.getTime() && at < OPTIONS.to.getTime())).toBe(
      true,
    );
  });

  it('is marked as demo everywhere', () => {
    expect(records.every((record) => record.origin === 'demo')).toBe(true);
    expect(calls.every((call) => call.provider === 'demo')).toBe(true);
  });

  it('has many users, sessions, models, languages, retrievals and ratings', () => {
    const distinct = (of: (call: ExchangeRecord) => unknown): number => new Set(calls.map(of)).size;
    expect(distinct((call) => call.context.userId)).toBeGreaterThan(30);
    expect(distinct((call) => call.context.sessionId)).toBeGreaterThan(100);
    expect(distinct((call) => call.model)).toBeGreaterThan(6);
    expect(distinct((call) => call.context.metadata['language'])).toBe(4);
    expect(share(calls, (call) => call.stream)).toBeGreaterThan(0.4);
    expect(eventsNamed('span').length).toBeGreaterThan(200);
    expect(eventsNamed('feedback').length).toBeGreaterThan(30);
  });

  it('is quiet at night', () => {
    const hourOf = (call: ExchangeRecord): number => new Date(call.receivedAtMs).getUTCHours();
    const day = calls.filter((call) => hourOf(call) >= 10 && hourOf(call) < 16).length;
    const night = calls.filter((call) => hourOf(call) < 4 || hourOf(call) >= 22).length;
    expect(day).toBeGreaterThan(4 * night);
  });

  it('has a burst of errors in a week that is fine otherwise', () => {
    const hours = Map.groupBy(calls, (call) => Math.floor(call.receivedAtMs / 3_600_000));
    const failing = [...hours.values()].filter(
      (hour) => hour.length >= 5 && share(hour, (call) => call.status === 'error') > 0.35,
    );
    expect(failing.length).toBeGreaterThanOrEqual(1);
    expect(failing.length).toBeLessThanOrEqual(3);
    const calm = calls.filter((call) => call.receivedAtMs < OPTIONS.from.getTime() + 3 * DAY_MS);
    expect(share(calm, (call) => call.status === 'error')).toBeLessThan(0.08);
  });

  it('answers worse after the prompt was changed', async () => {
    const price = createPricer({ prices: [] });
    const support = calls.filter(
      (call) => call.context.promptName === 'shop-support' && call.status === 'success',
    );
    const shareOfBad = async (version: string): Promise<number> => {
      const of = support.filter((call) => call.context.promptVersion === version);
      const read = await Promise.all(of.map((call) => readRecord(call, price)));
      const short = read.filter(({ interaction }) => {
        const text = interaction?.responsePreview ?? '';
        return (
          text.length < 10 ||
          /tomato|토마토|トマト|番茄|sorry|죄송|申し訳|抱歉|It depends/.test(text)
        );
      });
      return short.length / of.length;
    };
    expect(await shareOfBad('4')).toBeGreaterThan(3 * (await shareOfBad('3')));
  });

  it('is read by the loader without loss, with usage and an invented price', async () => {
    const price = createPricer({ prices: [] });
    for (const record of records.slice(0, 300)) {
      const { interaction, span, score } = await readRecord(record, price);
      expect([interaction, span, score].filter((row) => row !== null)).toHaveLength(1);
      if (interaction?.status !== 'success') continue;
      expect(interaction).toMatchObject({ costSource: 'reported', priceVersion: 'demo' });
      expect(interaction.promptPreview).not.toBe('');
    }
  });
});

it('yields nothing for an empty span', () => {
  expect([...generateDemoTraffic({ ...OPTIONS, to: OPTIONS.from })]).toEqual([]);
});
