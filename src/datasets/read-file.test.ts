import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ColumnMap, FileFormat } from '../contract/datasets.ts';
import { itemContents } from './item-content.ts';
import { type ReadFile, readFile } from './read-file.ts';

/** Bytes in pieces of any size, as a network gives them. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(
  text: string,
  options: { format?: FileFormat; columns?: ColumnMap; size?: number; limit?: number } = {},
): Promise<ReadFile> {
  const { format = 'jsonl', size = 7, columns, limit } = options;
  const bytes = inPieces(text, size);
  return readFile({ format, columns, bytes, ...(limit === undefined ? {} : { limit }) });
}

describe('JSON lines', () => {
  it('become items by the usual names of their fields', async () => {
    const { items, rejected, map } = await read(
      [
        '{"id":"a","question":"Wie heißt die Hauptstadt?","answer":"Bern","contexts":["One.",{"text":"Two."}]}',
        '{"messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"Hi"}]},{"role":"assistant","content":"Hello"}]}',
        '',
        '{"input":"서울은?","expected":42,"variables":{"city":"서울"},"metadata":{"lang":"ko","n":1}}',
      ].join('\n'),
    );
    expect(rejected).toEqual([]);
    expect(map).toMatchObject({ key: 'id', input: 'messages', reference: 'expected' });
    // Each line by its own fields, although the file as a whole has more of them.
    expect(items.map(({ line }) => line)).toEqual([1, 2, 4]);
    expect(items[0]?.item).toMatchObject({
      key: 'a',
      messages: [{ role: 'user', content: 'Wie heißt die Hauptstadt?' }],
      reference: 'Bern',
      context: ['One.', 'Two.'],
    });
    expect(items[1]?.item).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      reference: 'Hello',
    });
    expect(items[2]?.item).toMatchObject({
      reference: '42',
      variables: { city: '서울' },
      metadata: { lang: 'ko', n: '1' },
    });
  });

  it('that are bad are told by number and reason, and stop nothing', async () => {
    const long = `{"input":"${'x'.repeat(1_100_000)}"}`;
    const text = [
      '{"input":"1"}',
      'nonsense',
      '[1]',
      '{"other":1}',
      long,
      '{"input":""}',
      '{"input":"2"}',
    ];
    const { items, rejected, badLines } = await read(text.join('\n'), { size: 65_536 });
    expect(items.map(({ line }) => line)).toEqual([1, 7]);
    expect(badLines).toBe(5);
    expect(rejected.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6]);
    expect(rejected[0]?.reason).toContain('not JSON');
    expect(rejected[3]?.reason).toContain('longer than');
  });

  it('that repeat a key are refused, and name the line that has it', async () => {
    const { rejected } = await read('{"id":"a","input":"1"}\n{"id":"a","input":"2"}');
    expect(rejected).toEqual([{ line: 2, reason: 'the key a stands in line 1 already' }]);
  });

  it('are the same items in whatever pieces they come', async () => {
    const text = '{"input":"早上好"}\n{"input":"b\\nc"}\r\n{"input":"last"}';
    const whole = await read(text, { size: 1_000 });
    for (const size of [1, 2, 3, 5])
      expect((await read(text, { size })).items).toEqual(whole.items);
  });
});

describe('CSV', () => {
  it('is read with quotes, line breaks and a byte order mark', async () => {
    const { items, columns, rejected } = await read(
      '\uFEFFQuestion,Expected,lang\r\n"What, ""exactly""\nis it?",this,en\r\nもう一つ,,ja\r\n',
      { format: 'csv', columns: { metadata: ['lang'] } },
    );
    expect(rejected).toEqual([]);
    expect(columns).toEqual(['Question', 'Expected', 'lang']);
    expect(
      items.map(({ item }) => [item.messages?.[0]?.content, item.reference, item.metadata]),
    ).toEqual([
      ['What, "exactly"\nis it?', 'this', { lang: 'en' }],
      ['もう一つ', null, { lang: 'ja' }],
    ]);
  });

  it('tells rows that have too many cells, and a quote that never ends', async () => {
    const many = await read('input,reference\na,b\nc,d,e\nf,g\n', { format: 'csv' });
    expect(many.items).toHaveLength(2);
    expect(many.rejected).toMatchObject([{ line: 3 }]);
    const open = await read('input,reference\na,b\n"c,d\ne,f\n', { format: 'csv' });
    expect(open.items).toHaveLength(1);
    expect(open.badLines).toBe(1);
  });

  it('takes the columns that are named, and no others for that part', async () => {
    const { items } = await read('input,text,answer\nno,yes,x\n', {
      format: 'csv',
      columns: { input: 'text', reference: null },
    });
    expect(items[0]?.item).toMatchObject({ messages: [{ content: 'yes' }], reference: null });
  });

  it('ends early for a preview', async () => {
    const rows = Array.from({ length: 100 }, (_, at) => `question ${at}`);
    const { items } = await read(`input\n${rows.join('\n')}`, { format: 'csv', limit: 5 });
    expect(items).toHaveLength(5);
  });
});

it('any file is read or told about, never thrown at', async () => {
  const format = fc.constantFrom<FileFormat>('jsonl', 'csv');
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 400 }), format, async (text, kind) => {
      const { items, badLines } = await read(text, { format: kind, size: 64 });
      expect(items.length + badLines).toBeGreaterThanOrEqual(0);
    }),
  );
});

describe('an item without a key', () => {
  it('is named by its question, repeats in order', () => {
    const one = { input: 'Why?', reference: 'a' };
    const [first, second, other] = itemContents([
      one,
      { ...one, reference: 'b' },
      { input: 'Who?' },
    ]);
    const [corrected] = itemContents([{ ...one, reference: 'c' }]);
    expect(second?.key).toBe(`${first?.key}#2`);
    expect(other?.key).not.toBe(first?.key);
    expect(corrected?.key).toBe(first?.key);
    expect(corrected?.contentHash).not.toBe(first?.contentHash);
  });
});
