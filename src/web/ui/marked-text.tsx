import { cutAtMarks, type TextMark } from '../text-marks.ts';
import { classNames } from './class-names.ts';

interface Props {
  readonly text: string;
  readonly marks: readonly TextMark[];
  /** How a kind looks; a kind without a look is left as it is. */
  readonly lookOf: (kind: string) => string | null;
  readonly titleOf: (mark: TextMark) => string;
}

/** A plain text with parts of it marked; what a mark means is in its title. */
export function MarkedText({ text, marks, lookOf, titleOf }: Props) {
  return (
    <span className="whitespace-pre-wrap wrap-anywhere">
      {cutAtMarks(text, marks).map((piece) => {
        const looks = piece.marks.flatMap(({ kind }) => lookOf(kind) ?? []);
        if (looks.length === 0) return piece.text;
        return (
          <mark
            key={piece.start}
            title={piece.marks.map(titleOf).join('\n')}
            className={classNames('rounded-sm', ...looks)}
          >
            {piece.text}
          </mark>
        );
      })}
    </span>
  );
}
