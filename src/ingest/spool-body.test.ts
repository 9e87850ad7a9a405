import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exchangeRecord } from '../../test/durability/exchange-record.ts';
import { joinRecord, splitRecord, TextBody, wholeText } from './spool-body.ts';
import { decodeLines, encodeLine } from './spool-line.ts';
import type { RawBody, SpoolRecord } from './spool-record.ts';

const facts = { contentType: 'application/json', bytes: 9, truncated: false };
const texts = fc.string({ unit: 'binary' }).map((text) => text.toWellFormed());
const bodies: fc.Arbitrary<RawBody | null> = fc.oneof(
  fc.constant(null),
  texts.map((text) => new TextBody(Buffer.from(text), facts)),
  texts.map((text) => new TextBody(Buffer.from(text), facts).toJSON()),
);

/** Through the spool and back. */
function written(record: SpoolRecord): { text: string; bodies: readonly string[] } {
  const { json, bodies } = splitRecord(record);
  const [piece] = decodeLines(encodeLine(1, json, bodies), { records: 2 }).pieces;
  if (piece?.intact !== true) throw new Error('not read back');
  return { text: piece.json, bodies: piece.bodies };
}

describe('given a record whose bodies are bytes or text or missing', () => {
  it('comes back from the spool as it was, and as one JSON text', () => {
    fc.assert(
      fc.property(bodies, bodies, (request, response) => {
        const record = { ...exchangeRecord(), request, response };
        const plain = JSON.parse(JSON.stringify(record));
        const entry = written(record);
        expect(joinRecord(JSON.parse(entry.text), entry.bodies)).toEqual(plain);
        expect(JSON.parse(wholeText(entry))).toEqual(plain);
      }),
    );
  });

  it('leaves text that is already a string in the JSON', () => {
    const { text, bodies } = written(exchangeRecord());
    expect(bodies).toEqual([]);
    expect(wholeText({ text, bodies })).toBe(text);
  });
});
