import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { askUsage, mustAskUsage } from './ask-usage.ts';
import { scanRequest, topLevelValues } from './scan-request.ts';

const value = fc.jsonValue({ maxDepth: 4 });
const request = fc.record(
  {
    model: fc.string({ unit: 'binary' }),
    stream: fc.boolean(),
    user: fc.string(),
    messages: fc.array(value),
    metadata: fc.dictionary(fc.string(), fc.string()),
    stream_options: fc.option(fc.record({ include_usage: fc.boolean(), more: value })),
    tools: value,
  },
  { requiredKeys: ['model'] },
);
const indent = fc.constantFrom(undefined, 1, '\t');
/** Above this size the scanner works instead of JSON.parse. */
const PADDING = { pad: `"}]${'x'.repeat(70_000)}\\` };

describe('scanRequest', () => {
  it('reads a large body as it reads a small one', () => {
    fc.assert(
      fc.property(request, indent, (body, space) => {
        const small = scanRequest(Buffer.from(JSON.stringify(body, null, space)));
        const large = scanRequest(
          Buffer.from(JSON.stringify({ ...PADDING, ...body }, null, space)),
        );
        expect(large).toEqual(small);
        expect(small.model).toBe(body.model === '' ? null : body.model);
      }),
    );
  });

  it('finds every own field where it stands', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), indent, (body, space) => {
        const bytes = Buffer.from(JSON.stringify(body, null, space));
        const found = topLevelValues(bytes).map(([name, { start, end }]) => [
          name,
          JSON.parse(bytes.toString('utf8', start, end)),
        ]);
        expect(Object.fromEntries(found)).toEqual(JSON.parse(bytes.toString()));
      }),
    );
  });

  it.each(['', '[1]', '"a"', 'null', '{', '{"a"', '{"a":}', '{"a":1,}', '{"a":"'])(
    'refuses %j, small and large',
    (text) => {
      expect(() => scanRequest(Buffer.from(text))).toThrow(/JSON/);
      const large = text.startsWith('{') ? text.replace('{', `{"p":"${'x'.repeat(70_000)}",`) : '';
      if (large !== '') expect(() => scanRequest(Buffer.from(large))).toThrow(/JSON/);
    },
  );

  it('takes the last of two fields of one name, as JSON.parse does', () => {
    const text = `{"model":"a","pad":"${'x'.repeat(70_000)}","model":"b"}`;
    expect(scanRequest(Buffer.from(text)).model).toBe('b');
  });
});

describe('askUsage', () => {
  it('changes nothing but the option', () => {
    fc.assert(
      fc.property(request, indent, (body, space) => {
        const bytes = Buffer.from(JSON.stringify({ ...body, stream: true }, null, space));
        const fields = scanRequest(bytes);
        if (!mustAskUsage('chat', fields)) {
          expect(body.stream_options?.include_usage).toBe(true);
          return;
        }
        const sent = JSON.parse(askUsage(bytes, fields).toString());
        const expected = JSON.parse(bytes.toString());
        expected.stream_options = { ...expected.stream_options, include_usage: true };
        expect(sent).toEqual(expected);
      }),
    );
  });

  it('keeps the caller’s bytes around the splice', () => {
    const body = '{ "model" : "m", "stream":true, "temperature":1.0 }';
    const bytes = Buffer.from(body);
    expect(askUsage(bytes, scanRequest(bytes)).toString()).toBe(
      '{"stream_options":{"include_usage":true}, "model" : "m", "stream":true, "temperature":1.0 }',
    );
  });

  it('does not ask where nobody streams or the dialect has no such option', () => {
    const fields = scanRequest(Buffer.from('{"model":"m","stream":true}'));
    expect(mustAskUsage('responses', fields)).toBe(false);
    expect(mustAskUsage('chat', { ...fields, stream: false })).toBe(false);
  });
});
