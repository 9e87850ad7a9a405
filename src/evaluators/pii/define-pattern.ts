/** How bad it is when such a value reaches somebody it was not meant for. */
export type Severity = 'low' | 'medium' | 'high';

/** A value that was found: UTF-16 units of the text that was searched; `end` is behind the last one. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly severity: Severity;
}

export type Script = 'hangul' | 'kana' | 'han';

/** One form of personal data that is written with digits. */
export interface Pattern {
  readonly kind: string;
  readonly severity: Severity;
  /** Sticky; what it matches is the value and nothing else. Every repetition is bounded. */
  readonly pattern: RegExp;
  /** Where values begin: with a digit or a sign in front of one (the default), or also with a letter. */
  readonly begins?: 'letter';
  /**
   * What it takes to believe it: the form alone (`shape`), a text in the language of its country or a word
   * beside it (`language`), or a word beside it (`context`).
   */
  readonly evidence: 'shape' | 'language' | 'context';
  /** The script that `language` means. */
  readonly script?: Script;
  /** Words that are found beside such a value. */
  readonly context?: RegExp;
  /** Whether the value, in capital letters and without separators, obeys the rules of its issuer. */
  readonly check?: (compact: string) => boolean;
  /** How long a compact value may be; says nothing about who issued it. */
  readonly lengths?: readonly number[];
  /** Values that nobody owns: documentation, test cards, reserved ranges. They count as `low`. */
  readonly isReserved?: (compact: string) => boolean;
  /** Who wins where two overlap; 0 when absent. */
  readonly weight?: number;
}

const BEFORE = '(?<![A-Za-z0-9]|[A-Za-z0-9][-_.])';
const BEHIND = '(?![A-Za-z0-9]|[-.]\\d)';

/** A pattern that begins and ends where a number or word does. */
export function standing(source: string, flags = ''): RegExp {
  return new RegExp(`${BEFORE}(?:${source})${BEHIND}`, `y${flags}`);
}
