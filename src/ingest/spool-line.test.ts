import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLines, encodeLine, LineBuffer, type SpoolPiece } from './spool-line.ts';

const ALL = { records: Number.POSITIVE_INFINITY };
/** Records as the spool holds them: objects, with any text inside. */
const records = fc.array(
  fc.record({
    kind: fc.constantFrom('event', 'exchange'),
    text: fc.string({ unit: 'binary', maxLength: 40 }),
    bodies: fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
        fc.constantFrom('', '\n', 'data: {"a":1}\n\n', '00000000 1 {"kind":"event"}'),
      ),
      { maxLength: 2 },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Written {
  readonly bytes: Buffer;
  readonly lines: readonly (Line & { start: number; end: number })[];
}

interface Line {
  readonly sequence: number;
  readonly json: string;
  readonly bodies: readonly string[];
}

function write(values: readonly { bodies?: readonly string[] }[]): Written {
  const buffer = new LineBuffer();
  let start = 0;
  const lines = values.map(({ bodies = [], ...value }, index) => {
    // What is read back is well-formed text; JSON.stringify escapes lone surrogates.
    const json = JSON.stringify(value);
    const end = buffer.add(
      index + 1,
      json,
      bodies.map((body) => Buffer.from(body)),
    );
    const line = { sequence: index + 1, json, bodies, start, end };
    start = end;
    return line;
  });
  return { bytes: Buffer.from(buffer.bytes), lines };
}

function intact(pieces: readonly SpoolPiece[]): Line[] {
  return pieces.flatMap((piece) => (piece.intact ? plain(piece) : []));
}

const plain = ({ sequence, json, bodies }: Line) => ({ sequence, json, bodies });

/** A line as earlier versions wrote it. */
function unmarked(sequence: number, json: string): Buffer {
  const checked = `${sequence} ${json}`;
  return Buffer.from(`${crc32(checked).toString(16).padStart(8, '0')} ${checked}\n`);
}

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
    const { bytes, lines } = write([{ bodies: ['1'] }, {}, { bodies: ['\n', '3'] }]);
    const first = decodeLines(bytes, { records: 2 });
    expect(first).toMatchObject({ consumed: lines[1]?.end, exhausted: false });
    expect(intact(decodeLines(bytes.subarray(first.consumed), ALL).pieces)).toHaveLength(1);
  });

  it('takes texts larger than the buffer it begins with', () => {
    const json = JSON.stringify({ text: '한'.repeat(300_000) });
    expect(intact(decodeLines(encodeLine(7, json), ALL).pieces)).toEqual([
      { sequence: 7, json, bodies: [] },
    ]);
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

describe('given a spool of an earlier version', () => {
  it('reads its lines, also those next to a damaged one', () => {
    const lines = [1, 2, 3, 4].map((at) => unmarked(at, JSON.stringify({ kind: 'event', at })));
    const bytes = Buffer.concat(lines);
    expect(intact(decodeLines(bytes, ALL).pieces).map(({ sequence }) => sequence)).toEqual([
      1, 2, 3, 4,
    ]);
    // The newline behind the second line, and a byte of the third.
    const behind = (lines[0]?.length ?? 0) + (lines[1]?.length ?? 0);
    bytes[behind - 1] = 0x20;
    expect(intact(decodeLines(bytes, ALL).pieces).map(({ sequence }) => sequence)).toEqual([
      1, 2, 3, 4,
    ]);
    bytes[behind + 20] = 0x21;
    expect(intact(decodeLines(bytes, ALL).pieces).map(({ sequence }) => sequence)).toEqual([
      1, 2, 4,
    ]);
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

  it('does not take a line from inside the body of a damaged record', () => {
    for (const inner of [unmarked(99, '{"kind":"event"}'), encodeLine(99, '{"kind":"event"}')]) {
      const body = Buffer.concat([Buffer.from('before\n'), inner.filter((byte) => byte < 0xf8)]);
      const line = encodeLine(1, JSON.stringify({ kind: 'exchange' }), [body]);
      for (const damaged of [0, 1, 12, line.indexOf('before') + 6, line.length - 1]) {
        for (const value of [0x0a, 0x20]) {
          const bytes = Buffer.concat([line, encodeLine(2, '{}')]);
          bytes[damaged] = value;
          const found = intact(decodeLines(bytes, ALL).pieces).map(({ sequence }) => sequence);
          expect(found.filter((sequence) => sequence === 99)).toEqual([]);
        }
      }
    }
  });
});
