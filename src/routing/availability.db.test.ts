import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batchOf, interactionRow, record } from '../../test/support/records.ts';
import { type Call, type RoutingApp, routingApp } from '../../test/support/routing-app.ts';
import type { Attempt } from '../interactions/record.ts';
import { rollUpAttempts } from './roll-up-attempts.ts';

let app: RoutingApp;
let server: RoutingApp['server'];
let call: Call;
let callAs: RoutingApp['callAs'];

beforeAll(async () => {
  app = await routingApp();
  ({ server, call, callAs } = app);
});
afterAll(() => app.close());

describe('availability', () => {
  const attempt = (given: Partial<Attempt>): Attempt => ({
    provider: 'openai',
    model: 'gpt',
    startedAtMs: Date.parse('2026-11-20T10:15:00Z'),
    durationMs: 100,
    httpStatus: 200,
    errorType: null,
    errorMessage: null,
    ...given,
  });

  it('is the share of tries that were answered, by provider and model and hour', async () => {
    const rows = [
      [attempt({ errorType: 'upstream_error', durationMs: 300 }), attempt({ provider: 'groq' })],
      [attempt({})],
      [attempt({ errorType: 'invalid_request' })],
      [attempt({ errorType: 'client_closed' })],
      [attempt({ startedAtMs: Date.parse('2026-11-20T12:00:00Z'), model: null })],
    ].map((attempts) => interactionRow({ projectId: server.a.id, attempts }));
    await record(server.database, batchOf({ interactions: rows }), [rollUpAttempts]);
    await record(server.database, batchOf({ interactions: rows.slice(1, 2) }), [rollUpAttempts]);
    const range = 'from=2026-11-20T10:30:00Z&to=2026-11-20T11:30:00Z';
    const { body } = await call('GET', `/analytics/availability?${range}`);
    expect([body.from, body.to]).toEqual(['2026-11-20T10:00:00.000Z', '2026-11-20T12:00:00.000Z']);
    const [first, second, ...more] = body.items;
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      provider: 'openai',
      model: 'gpt',
      availability: { value: 0.75, n: 4 },
      outcomes: { success: 2, upstream_error: 1, invalid_request: 1, client_closed: 1 },
      meanLatencyMs: 140,
      latencyMs: { value: 140, n: 5, low: null, high: null },
    });
    expect(
      first.points.map((point: { availability: { n: number } }) => point.availability.n),
    ).toEqual([4, 0]);
    expect(first.availability.low).toBeLessThan(0.75);
    expect(second).toMatchObject({ provider: 'groq', availability: { value: 1, n: 1 } });
    const day = await call(
      'GET',
      '/analytics/availability?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&interval=day&provider=openai',
    );
    expect(day.body.items.map((item: { model: string | null }) => item.model)).toEqual([
      'gpt',
      null,
    ]);
    const other = await callAs(server.b.key)('GET', `/analytics/availability?${range}`);
    expect(other.body.items).toEqual([]);
  });

  it('refuses a range that is none', async () => {
    const { status } = await call(
      'GET',
      '/analytics/availability?from=2026-11-20T10:00:00Z&to=2026-11-20T09:00:00Z',
    );
    expect(status).toBe(400);
  });
});
