import { describe, expect, it } from 'vitest';
import { type EventSource, lineToRecord, toEventRecord } from './event-records.ts';
import { errorTypeOf, readEvent } from './read-event.ts';
import type { EventRecord } from './spool-record.ts';

const source: EventSource = {
  projectId: '01990000-0000-7000-8000-000000000001',
  origin: 'event',
  nowMs: Date.parse('2026-11-21T00:00:00Z'),
  timeRequired: false,
};

function recordOf(value: unknown, from: EventSource = source): EventRecord {
  const { record, reason } = toEventRecord(value, from);
  if (record === null) throw new Error(reason);
  return record;
}

const call = {
  event: 'llm.call',
  ts: '2026-11-20T10:00:00.123456',
  model: 'm',
  provider: 'p',
  success: true,
};

describe('given the same content', () => {
  it('makes the same id, whatever the order of its keys and whenever it comes', () => {
    const reordered = Object.fromEntries(Object.entries(call).reverse());
    const later = { ...source, nowMs: source.nowMs + 1e6 };
    expect(recordOf(reordered, later).id).toBe(recordOf(call).id);
  });

  it('makes another id in another project and for other content', () => {
    const other = { ...source, projectId: '01990000-0000-7000-8000-000000000002' };
    expect(recordOf(call, other).id).not.toBe(recordOf(call).id);
    expect(recordOf({ ...call, model: 'n' }).id).not.toBe(recordOf(call).id);
  });

  it('makes another id each time when the event names no time', () => {
    const span = { event: 'span', kind: 'tool', name: 't' };
    expect(recordOf(span).id).not.toBe(recordOf(span).id);
  });
});

describe('given times', () => {
  it.each([
    ['2026-11-20T10:00:00', '2026-11-20T10:00:00.000Z'],
    ['2026-11-20T10:00:00.123456', '2026-11-20T10:00:00.123Z'],
    ['2026-11-20T19:00:00+09:00', '2026-11-20T10:00:00.000Z'],
  ])('reads %s as UTC unless it has an offset', (ts, iso) => {
    expect(readEvent(recordOf({ ...call, ts })).interaction?.createdAt.toISOString()).toBe(iso);
  });

  it('takes the time of an id that carries one', () => {
    const id = '01937000-0000-7000-8000-000000000001';
    const event = { event: 'interaction', id, provider: 'p', model: 'm' };
    const at = readEvent(recordOf(event)).interaction?.createdAt.getTime();
    expect(at).toBe(0x019370000000);
  });
});

describe('given what is no event', () => {
  it.each([
    ['5', /not a JSON object/],
    ['null', /not a JSON object/],
    ['{}', /event/],
    ['{"event":"unheard"}', /event/],
    ['{"event":"llm.call","ts":"yesterday"}', /ts/],
    ['{', /not JSON/],
  ])('refuses %s with a reason', (line, reason) => {
    expect(lineToRecord(line, source)?.reason).toMatch(reason);
  });

  it('passes over empty lines', () => {
    expect(lineToRecord('  \r', source)).toBeNull();
  });
});

describe('given an interaction in our own words', () => {
  it('keeps what the sender states, and null for what he does not', () => {
    const { interaction, body } = readEvent(
      recordOf({
        event: 'interaction',
        provider: 'p',
        model: 'm',
        prompt: 'q',
        response: 'a',
        usage: { input: 5 },
        costUsd: 0.25,
        tags: ['x'],
        context: ['passage'],
        errorMessage: 'rate limit reached',
        status: 'error',
      }),
    );
    expect(interaction).toMatchObject({
      usage: { input: 5, output: null, source: 'reported' },
      costMicroUsd: 250_000,
      costSource: 'reported',
      status: 'error',
      errorType: 'rate_limited',
      latencyMs: null,
      tags: ['x'],
      promptPreview: 'q',
    });
    expect(Object.keys(interaction ?? {})).not.toContain('costUsd');
    expect(body).toMatchObject({ promptText: 'q', responseText: 'a', context: ['passage'] });
  });
});

describe('given error texts of other systems', () => {
  it.each([
    [null, 'unknown'],
    ['HTTPConnectionPool: Read timed out.', 'timeout_total'],
    ['ConnectTimeout', 'timeout_connect'],
    ['Connection refused', 'connection_failed'],
    ['429 Too Many Requests', 'rate_limited'],
    ['invalid api key', 'unauthorized'],
    ['context length exceeded', 'invalid_request'],
    ['model exploded', 'upstream_error'],
  ])('reads %s as %s', (text, type) => {
    expect(errorTypeOf(text)).toBe(type);
  });
});
