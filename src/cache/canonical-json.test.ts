import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalMembers, writeObject } from './canonical-json.ts';

/** A JSON document as it is written: numbers by their digits, members in their order. */
type Node =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Node])[] };

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'é', 'properties', 'x"y', '', 'a\\', '__proto__'),
  fc.string({ maxLength: 4 }),
);
const { object } = fc.letrec<{ node: Node; object: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc
      .constantFrom('0', '-0', '1', '1.0', '1e2', '12345678901234567890', 'true', 'false', 'null')
      .map((text): Node => ({ kind: 'scalar', text })),
    fc
      .oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\\', '"', '/', '\ud800', '\0'))
      .map((value): Node => ({ kind: 'string', value })),
    fc.array(tie('node'), { maxLength: 4 }).map((items): Node => ({ kind: 'array', items })),
    tie('object'),
  ),
  object: fc
    .uniqueArray(fc.tuple(name, tie('node')), { maxLength: 5, selector: ([key]) => key })
    .map((members): Node => ({ kind: 'object', members })),
}));

/** Choices of a writer: which spacing, which order, which spelling of a character. */
interface Style {
  next(below: number): number;
}
function style(seeds: readonly number[]): Style {
  let at = 0;
  return { next: (below) => (seeds.length === 0 ? 0 : (seeds[at++ % seeds.length] ?? 0) % below) };
}

function write(node: Node, by: Style, keepsOrder = false): string {
  const space = (): string => ['', ' ', '\n\t', '\r\n'][by.next(4)] ?? '';
  switch (node.kind) {
    case 'scalar':
      return node.text;
    case 'string':
      return writeString(node.value, by);
    case 'array':
      return `[${space()}${node.items.map((item) => write(item, by) + space()).join(',')}]`;
    case 'object': {
      const members = keepsOrder ? [...node.members] : rotated(node.members, by);
      const texts = members.map(
        ([key, value]) =>
          `${space()}${writeString(key, by)}${space()}:${space()}${write(value, by, key === 'properties')}${space()}`,
      );
      return `{${texts.join(',') || space()}}`;
    }
  }
}

function writeString(value: string, by: Style): string {
  const inside = [...value].map((character) => {
    const usual = JSON.stringify(character).slice(1, -1);
    const escaped = [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join('');
    if (character === '/' && by.next(2) === 0) return '\\/';
    return [usual, usual, escaped, escaped.toUpperCase().replaceAll('\\U', '\\u')][by.next(4)];
  });
  return `"${inside.join('')}"`;
}

function rotated<T>(items: readonly T[], by: Style): T[] {
  const turn = by.next(items.length + 1);
  const turned = [...items.slice(turn), ...items.slice(0, turn)];
  return by.next(2) === 0 ? turned : turned.reverse();
}

/** The meaning of a document, so that deep equality compares as the cache has to. */
function meaning(node: Node, keepsOrder = false): unknown {
  switch (node.kind) {
    case 'scalar':
      return `number or word ${node.text}`;
    case 'string':
      return `string ${JSON.stringify(node.value)}`;
    case 'array':
      return node.items.map((item) => meaning(item));
    case 'object': {
      const members = node.members.map(
        ([key, value]) => [key, meaning(value, key === 'properties')] as const,
      );
      const order = keepsOrder ? members.map(([key]) => key) : null;
      return { order, members: new Map(members) };
    }
  }
}

function formOf(text: string): string | null {
  const members = canonicalMembers(Buffer.from(text).toString('latin1'));
  return members === null ? null : writeObject(members);
}

const seeds = fc.array(fc.nat(1000), { maxLength: 40 });

describe('the canonical form', () => {
  it('is the same however a document is written', () => {
    fc.assert(
      fc.property(object, seeds, seeds, (node, one, two) => {
        const form = formOf(write(node, style(one)));
        expect(form).not.toBeNull();
        expect(formOf(write(node, style(two)))).toBe(form);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same exactly for what says the same', () => {
    const second = fc.oneof(
      object,
      fc.nat(40).map((at) => (node: Node) => changed(node, at)),
    );
    fc.assert(
      fc.property(object, second, seeds, (node, another, way) => {
        const other = typeof another === 'function' ? another(node) : another;
        const same = formOf(write(node, style(way))) === formOf(write(other, style([])));
        let expected = true;
        try {
          expect(meaning(other)).toEqual(meaning(node));
        } catch {
          expected = false;
        }
        expect(same).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('is a document again, with the same content', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        const form = Buffer.from(formOf(text) ?? '', 'latin1').toString('utf8');
        expect(JSON.parse(form)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps the order of the properties of a schema, and no other', () => {
    const schema = (properties: string): string => `{"x":{"properties":{${properties}},"type":1}}`;
    expect(formOf(schema('"a":1,"b":2'))).not.toBe(formOf(schema('"b":2,"a":1')));
    expect(formOf('{"x":{"p":{"a":1,"b":2}}}')).toBe(formOf('{"x":{"p":{"b":2,"a":1}}}'));
  });

  it('keeps every digit of a number', () => {
    expect(formOf('{"seed":12345678901234567890}')).not.toBe(
      formOf('{"seed":12345678901234567891}'),
    );
  });

  it.each([
    ['a name that occurs twice', '{"a":1,"a":2}'],
    ['a name that occurs twice in two spellings', '{"a":1,"\\u0061":2}'],
    ['a twin among properties', '{"properties":{"a":1,"b":2,"a":3}}'],
    ['no object', '[1]'],
    ['an end that is missing', '{"a":1'],
    ['an open string', '{"a":"b\\"}'],
    ['more than one document', '{"a":1}{"b":2}'],
    ['a broken escape', '{"a":"\\u12"}'],
    ['no value', '{"a":}'],
    ['no colon', '{"a" 1}'],
    ['a comma too many', '{"a":1,}'],
    ['nothing', ''],
    ['endless depth', `{"a":${'['.repeat(100_000)}`],
  ])('is none for %s', (_, text) => {
    expect(formOf(text)).toBeNull();
  });

  it('never throws and never hangs, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0a1 ') }), (text) => {
        formOf(text);
      }),
      { numRuns: 2000 },
    );
  });
});

/** A document that differs somewhere, or, where nothing can be changed, the same. */
function changed(node: Node, at: number): Node {
  if (node.kind !== 'object') return { kind: 'object', members: [['z', node]] };
  const which = at % (node.members.length + 1);
  if (which === node.members.length) return { ...node, members: [...node.members].reverse() };
  return { ...node, members: node.members.filter((_, index) => index !== which) };
}
