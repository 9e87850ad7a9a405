import type { Cued } from './cues.ts';

/** One thing that attacks on a model say in so many words; without a cue in the text its pattern cannot match. */
export interface Rule extends Cued {
  readonly kind: 'override' | 'leak' | 'persona' | 'fake_role' | 'no_limits' | 'order_to_model';
  /** How sure one hit makes, in (0, 1); hits of different kinds add up. */
  readonly certainty: number;
  /** For people: what the words do. */
  readonly note: string;
  /** For text in small letters and plain spelling. */
  readonly pattern: RegExp;
}

/** Words without end would make a pattern slow on texts made for that; no real one is longer. */
const BOUNDED: readonly (readonly [open: string, bounded: string])[] = [
  ['\\w*', '\\w{0,12}'],
  ['\\w+', '\\w{1,20}'],
  ['\\S*', '\\S{0,12}'],
  ['\\S+', '\\S{1,20}'],
];

/** A rule of alternative patterns; `cues` are separated by spaces. */
export function rule(
  about: Omit<Rule, 'pattern' | 'cues'>,
  cues: string,
  patterns: readonly string[],
): Rule {
  const source = BOUNDED.reduce(
    (bounded, [open, closed]) => bounded.replaceAll(open, closed),
    patterns.join('|'),
  );
  return { ...about, cues: cues.split(' '), pattern: new RegExp(source, 'u') };
}
