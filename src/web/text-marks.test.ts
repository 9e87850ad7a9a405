import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutAtMarks, readMarks } from './text-marks.ts';

const mark = (start: number, end: number, kind = 'k') => ({ start, end, kind, note: null });

describe('marks of a text', () => {
  it('are read for the field and the passage that is asked for', () => {
    const span = { field: 'context', index: 1, start: 2, end: 5, kind: 'name_mismatch', note: 'n' };
    const details = { spans: [span, { ...span, index: 0 }, { ...span, field: 'answer' }, 7, null] };
    expect(readMarks(details, 'context', 1)).toEqual([
      { start: 2, end: 5, kind: 'name_mismatch', note: 'n' },
    ]);
    expect(readMarks(details, 'answer', 1)).toHaveLength(1);
  });

  it('are none where details are something else', () => {
    for (const spans of [undefined, 'x', {}, [{ field: 'answer' }], [{ start: 5, end: 1 }]]) {
      expect(readMarks({ spans }, 'answer')).toEqual([]);
    }
    expect(readMarks(null, 'answer')).toEqual([]);
  });

  it('cut a text at their ends, also where they overlap', () => {
    expect(cutAtMarks('abcdef', [mark(1, 4, 'x'), mark(3, 9, 'y')])).toMatchObject([
      { text: 'a', marks: [] },
      { text: 'bc', marks: [{ kind: 'x' }] },
      { text: 'd', marks: [{ kind: 'x' }, { kind: 'y' }] },
      { text: 'ef', marks: [{ kind: 'y' }] },
    ]);
  });

  it('lose nothing of the text, wherever they are', () => {
    const marks = fc.array(fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => mark(a, b)));
    fc.assert(
      fc.property(fc.string(), marks, (text, given) => {
        expect(
          cutAtMarks(text, given)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});
