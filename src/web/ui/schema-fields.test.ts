import { describe, expect, it } from 'vitest';
import { fieldsOf, readJsonObject, withProperty } from './schema-fields.ts';

const schema = {
  type: 'object',
  properties: {
    strict: { type: 'boolean', default: true, description: 'Be strict.' },
    most: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    share: { type: 'number', default: 0.5 },
    mode: { enum: ['all', 'any'], type: 'string', default: 'any' },
    words: { type: 'array', items: { type: 'string' } },
    checks: { type: 'array', items: { enum: ['a', 'b'] } },
    inner: { type: 'object', properties: { name: { type: 'string' } } },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
  },
};

describe('the fields of a schema', () => {
  it('are made for what has a field, in order; the rest is JSON', () => {
    expect(fieldsOf(schema)).toEqual([
      { key: 'strict', description: 'Be strict.', kind: 'boolean', usual: true },
      { key: 'most', kind: 'number', min: 1, step: 1 },
      { key: 'share', kind: 'number', usual: 0.5, step: 'any' },
      { key: 'mode', kind: 'choice', of: ['all', 'any'], usual: 'any' },
      { key: 'words', kind: 'lines' },
      { key: 'checks', kind: 'choices', of: ['a', 'b'] },
      { key: 'inner', kind: 'group', fields: [{ key: 'name', kind: 'text' }] },
      { key: 'either', kind: 'json' },
    ]);
  });

  it('are none for what is no object, and end where objects nest deeply', () => {
    expect(fieldsOf({ type: 'string' })).toEqual([]);
    const deep = (levels: number): object =>
      levels === 0 ? { type: 'string' } : { type: 'object', properties: { a: deep(levels - 1) } };
    expect(JSON.stringify(fieldsOf({ ...deep(6) }))).toContain('"kind":"json"');
  });
});

describe('an object', () => {
  it('gains, changes and loses a property', () => {
    expect(withProperty({ a: 1 }, 'b', false)).toEqual({ a: 1, b: false });
    expect(withProperty({ a: 1 }, 'a', undefined)).toEqual({});
  });

  it('is read from text, or not', () => {
    expect(readJsonObject('{"a":1}')).toEqual({ a: 1 });
    expect(readJsonObject('[1]')).toBeNull();
    expect(readJsonObject('{')).toBeNull();
  });
});
