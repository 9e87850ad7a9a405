import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replyTo } from '../../test/support/mock-upstream/dialect.ts';
import { openAiWire as wire } from '../providers/openai/wire.ts';
import { EventFrames } from './event-frames.ts';

const USAGE = { prompt_tokens: 1, completion_tokens: 2 };
const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const usageOnly = event({ choices: [], usage: USAGE });
const DONE = 'data: [DONE]\n\n';

/** What the caller gets, and what the record gets, of a stream that comes in these pieces. */
function run(pieces: readonly Buffer[], hideUsage = true) {
  const frames = new EventFrames({ wire, hideUsage });
  const caller: Buffer[] = [];
  const record: Buffer[] = [];
  let terminal: Buffer | null = null;
  for (const piece of pieces) {
    if (terminal !== null) {
      caller.push(piece);
      continue;
    }
    const pushed = frames.push(piece);
    if (pushed.forward !== null) caller.push(pushed.forward);
    record.push(piece.subarray(0, piece.length - pushed.overshoot));
    if (pushed.terminal !== null) caller.push(pushed.terminal);
    terminal = pushed.terminal;
  }
  if (terminal === null) {
    const { forward, terminal: last } = frames.rest();
    for (const bytes of [forward, last]) if (bytes !== null) caller.push(bytes);
  }
  return {
    caller: Buffer.concat(caller).toString(),
    record: Buffer.concat(record).toString(),
    ended: terminal !== null,
  };
}

function cutAt(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const cuts = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at]));
}

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('[DONE]', '"usage":{', 'data: [DONE]\n\n', '\n\n', '\r\n', '한국어 日本語 🙂'),
);
const contentEvent = fc
  .record({ content: text, usage: fc.constantFrom(null, USAGE) })
  .map(({ content, usage }) => event({ choices: [{ index: 0, delta: { content } }], usage }));
const anyEvent = fc.oneof(
  { weight: 5, arbitrary: contentEvent },
  fc.constant(usageOnly),
  fc.constantFrom(': keep-alive\n\n', 'event: ping\ndata: {}\n\n', 'data: not json "usage": {\n\n'),
);

describe('given a stream cut anywhere', () => {
  it('gives the caller and the record the same bytes as in one piece', () => {
    fc.assert(
      fc.property(
        fc.array(anyEvent, { maxLength: 12 }),
        fc.record({
          lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
          done: fc.boolean(),
          tail: fc.constantFrom('', '\n', ': bye\n\n'),
        }),
        fc.array(fc.nat(5000), { maxLength: 40 }),
        (events, { lineEnd, done, tail }, places) => {
          const stream = `${events.join('')}${done ? DONE : ''}${tail}`.replaceAll('\n', lineEnd);
          const whole = run([Buffer.from(stream)]);
          const hidden = events.filter((one) => one !== usageOnly).join('');
          const expected = `${hidden}${done ? DONE : ''}${tail}`.replaceAll('\n', lineEnd);
          expect(whole.caller).toBe(expected);
          expect(run(cutAt(stream, places))).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives the same at every single byte, for every dialect', () => {
    for (const path of ['/chat/completions', '/completions', '/responses']) {
      const body = { model: 'm', stream: true, stream_options: { include_usage: true } };
      const reply = replyTo(path, body);
      const stream = reply.kind === 'events' ? reply.events.join('') : '';
      const bytes = Buffer.from(stream);
      const single = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
      const result = run(single);
      expect(result).toEqual(run([bytes]));
      expect(result).toMatchObject({ record: stream, ended: true });
    }
  });

  it('passes a long event on without waiting for its end, and finds the events behind it', () => {
    const long = event({ choices: [{ delta: { content: 'x'.repeat(600_000) } }] });
    const stream = `${long}${usageOnly}${DONE}`;
    for (const size of [1000, 65_536, 262_145]) {
      const places = Array.from({ length: stream.length / size }, (_, at) => at * size);
      const result = run(cutAt(stream, places));
      expect(result).toEqual({ caller: `${long}${DONE}`, record: stream, ended: true });
    }
  });
});

describe('given events that look alike', () => {
  it.each([
    event({ choices: [{ delta: { content: 'data: [DONE]\n\n"usage": {"a":1}' } }] }),
    event({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: USAGE }),
    event({ choices: [], prompt_filter_results: [] }),
    event({ choices: [], usage: null }),
    event({ usage: USAGE }),
  ])('hides and holds nothing of %s', (one) => {
    expect(run([Buffer.from(one)])).toEqual({ caller: one, record: one, ended: false });
  });

  it('leaves the usage chunk to a caller that asked for it', () => {
    expect(run([Buffer.from(usageOnly)], false).caller).toBe(usageOnly);
  });
});

describe('given the end of a stream', () => {
  it('tells the error before [DONE], wherever the stream was cut and however its lines end', () => {
    const last = event({ error: { message: 'overloaded' } });
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      for (const places of [[], [30], [200], [40, 41, 90]]) {
        const stream = `${event({ choices: [] })}${last}${DONE}`.replaceAll('\n', lineEnd);
        const frames = new EventFrames({ wire, hideUsage: false });
        for (const chunk of cutAt(stream, places)) frames.push(chunk);
        expect(frames.error?.message).toBe('overloaded');
      }
    }
  });

  it('tells nothing when nothing came before', () => {
    const frames = new EventFrames({ wire, hideUsage: false });
    frames.push(Buffer.from(DONE));
    expect(frames.error).toBeNull();
    expect(frames.usage).toBeNull();
  });
});
