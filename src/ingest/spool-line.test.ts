import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLines, encodeLine, LineBuffer, type SpoolPiece } from './spool-line.ts';

const ALL = { records: Number.POSITIVE_INFINITY };
/** Records as the spool holds them: objects, with any text inside. */
const records = fc.array(
  fc.record({
    kind: fc.constantFrom('event', 'exchange'),
    text: fc.string({ unit: 'binary', maxLength: 40 }),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Written {
  readonly bytes: Buffer;
  readonly lines: readonly { sequence: number; json: string; start: number; end: number }[];
}

function write(values: readonly object[]): Written {
  const buffer = new LineBuffer();
  let start = 0;
  const lines = values.map((value, index) => {
    // What is read back is well-formed text; JSON.stringify escapes lone surrogates.
    const json = JSON.stringify(value);
    const end = buffer.add(index + 1, json);
    const line = { sequence: index + 1, json, start, end };
    start = end;
    return line;
  });
  return { bytes: Buffer.from(buffer.bytes), lines };
}

function intact(pieces: readonly SpoolPiece[]): { sequence: number; json: string }[] {
  return pieces.flatMap((piece) =>
    piece.intact ? { sequence: piece.sequence, json: piece.json } : [],
  );
}

const plain = ({ sequence, json }: { sequence: number; json: string }) => ({ sequence, json });

describe('given lines as they were written', () => {
  it('reads every record back', () => {
    fc.assert(
      fc.property(records, (values) => {
        const { bytes, lines } = write(values);
        const decoded = decodeLines(bytes, ALL);
        expect(intact(decoded.pieces)).toEqual(lines.map(plain));
        expect(decoded).toMatchObject({ consumed: bytes.length, exhausted: true });
      }),
    );
  });

  it('stops at the limit and goes on from there', () => {
    const { bytes, lines } = write([{ a: 1 }, { a: 2 }, { a: 3 }]);
    const first = decodeLines(bytes, { records: 2 });
    expect(first).toMatchObject({ consumed: lines[1]?.end, exhausted: false });
    expect(intact(decodeLines(bytes.subarray(first.consumed), ALL).pieces)).toHaveLength(1);
  });

  it('takes texts larger than the buffer it begins with', () => {
    const json = JSON.stringify({ text: '한'.repeat(300_000) });
    expect(intact(decodeLines(encodeLine(7, json), ALL).pieces)).toEqual([{ sequence: 7, json }]);
  });
});

describe('given a truncated file', () => {
  it('recovers all whole lines and leaves the torn one', () => {
    fc.assert(
      fc.property(records, fc.nat(), (values, cut) => {
        const { bytes, lines } = write(values);
        const length = cut % (bytes.length + 1);
        const decoded = decodeLines(bytes.subarray(0, length), ALL);
        const whole = lines.filter(({ end }) => end <= length);
        expect(decoded.pieces.every((piece) => piece.intact)).toBe(true);
        expect(intact(decoded.pieces)).toEqual(whole.map(plain));
        expect(decoded.consumed).toBe(whole.at(-1)?.end ?? 0);
      }),
    );
  });
});

describe('given a flipped byte', () => {
  it('recovers every record that was not hit and invents none', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (values, at, bits) => {
        const { bytes, lines } = write(values);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ bits;
        const found = intact(decodeLines(bytes, ALL).pieces);
        // A newline at the very end is missed like a torn tail; otherwise it belongs to no record.
        const untouched = lines.filter(
          ({ start, end }) =>
            place < start || place >= end || (place === end - 1 && end !== bytes.length),
        );
        expect(found).toEqual(untouched.map(plain));
      }),
      { numRuns: 500 },
    );
  });
});

describe('given bytes that are no spool', () => {
  it('reads nothing and does not throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(intact(decodeLines(Buffer.from(bytes), ALL).pieces)).toEqual([]);
      }),
    );
  });

  it('does not take a line from inside the text of a damaged record', () => {
    const inner = encodeLine(99, JSON.stringify({ kind: 'event' }))
      .toString()
      .trim();
    const line = encodeLine(1, JSON.stringify({ kind: 'event', text: inner }));
    line[0] = line[0] === 0x30 ? 0x31 : 0x30;
    expect(intact(decodeLines(line, ALL).pieces)).toEqual([]);
  });
});
