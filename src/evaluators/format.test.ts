import { describe, expect, it } from 'vitest';
import type { RequestedFormat, ScoreDraft, Subject } from './define-evaluator.ts';
import { format } from './format.ts';
import { schemaFault } from './text/json-schema.ts';
import { createTextReader } from './text/text-facts.ts';

function judge(
  answer: string,
  given: { prompt?: string; asked?: RequestedFormat; options?: object; cut?: boolean } = {},
): ScoreDraft | undefined {
  const subject: Subject = {
    operation: 'chat',
    prompt: given.prompt ?? null,
    instructions: null,
    answer,
    answerCharacters: given.cut ? answer.length + 1 : answer.length,
    finishReason: 'stop',
    callsTools: false,
    requestedFormat: given.asked ?? null,
    context: [],
    toolResults: [],
  };
  return format.evaluate(subject, format.options.parse(given.options), {
    read: createTextReader(),
  })[0];
}

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^[A-Z]' }, age: { type: 'integer', minimum: 0 } },
  required: ['name', 'age'],
  additionalProperties: false,
};

describe('given a request for JSON', () => {
  it('takes JSON, refuses prose, and thinks less of a Markdown fence', () => {
    const asked = { kind: 'json' } as const;
    expect(judge('{"a": 1}', { asked })?.value).toBe(1);
    expect(judge('Sure! {"a": 1}', { asked })).toMatchObject({ label: 'format', value: 0.25 });
    expect(judge('```json\n{"a": 1}\n```', { asked })?.value).toBe(0.75);
  });

  it('takes a fence when only the prompt asks for JSON', () => {
    const prompt = 'Return only JSON with the field a.';
    expect(judge('```json\n{"a": 1}\n```', { prompt })?.value).toBe(1);
    expect(judge('a is 1', { prompt })?.label).toBe('format');
  });

  it('does not apply when nobody asked for a form, or when the answer was cut', () => {
    expect(judge('anything', { prompt: 'Tell me about JSON parsers' })).toBeUndefined();
    expect(judge('{"a"', { asked: { kind: 'json' }, cut: true })).toBeUndefined();
  });
});

describe('given a JSON Schema', () => {
  const asked = { kind: 'json_schema', schema: PERSON } as const;

  it('takes what fits and names what does not', () => {
    expect(judge('{"name":"Ada","age":36}', { asked })?.value).toBe(1);
    const wrong = judge('{"name":"Ada","age":-1}', { asked });
    expect(wrong).toMatchObject({ label: 'format', value: 0.25 });
    expect(wrong?.reason).toContain('/age');
  });

  it('says nothing when the schema itself is unusable', () => {
    const schema = { type: 'object', properties: { a: { $ref: '#/nowhere' } } };
    expect(judge('{}', { asked: { kind: 'json_schema', schema } })).toBeUndefined();
  });

  it('keeps schemas of different callers apart, though they share an id', () => {
    const withId = (type: string): Record<string, unknown> => ({
      $id: 'https://example.test/x',
      type,
    });
    expect(schemaFault(withId('string'), 'a')).toEqual({ fault: null });
    expect(schemaFault(withId('number'), 1)).toEqual({ fault: null });
  });

  it('tells the patterns of one schema apart', () => {
    const pattern = (text: string): object => ({ type: 'string', pattern: text });
    const schema = { properties: { a: pattern('^x$'), b: pattern('^y$') } };
    expect(schemaFault(schema, { a: 'x', b: 'y' })).toEqual({ fault: null });
    expect(schemaFault(schema, { a: 'x', b: 'x' })).not.toEqual({ fault: null });
  });

  it('runs patterns in linear time', () => {
    const schema = { type: 'string', pattern: '^(a+)+$' };
    const started = performance.now();
    expect(schemaFault(schema, `${'a'.repeat(5000)}!`)).not.toEqual({ fault: null });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('given a pattern', () => {
  it('matches the whole answer, or any part when told', () => {
    const pattern = '[A-Z]{2}-\\d+';
    expect(judge('AB-12', { options: { format: 'regex', pattern } })?.value).toBe(1);
    expect(judge('It is AB-12', { options: { format: 'regex', pattern } })?.label).toBe('format');
    const anywhere = { format: 'regex', pattern, whole: false };
    expect(judge('It is AB-12', { options: anywhere })?.value).toBe(1);
  });

  it('refuses a pattern that is none', () => {
    const options = { format: 'regex', pattern: '(' };
    expect(format.options.safeParse(options).success).toBe(false);
  });
});
