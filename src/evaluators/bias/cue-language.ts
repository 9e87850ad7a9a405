/** What a cue is a cue for. */
export type CueKind = 'generalisation' | 'role' | 'double_standard' | 'favouring';

/** One way of speaking that may carry a prejudice. */
export interface Cue {
  readonly kind: CueKind;
  readonly pattern: RegExp;
}

/** The cues of one language, and what takes them back. */
export interface CueLanguage {
  readonly language: string;
  /** Words of which every cue holds one, in small letters: sentences without them are not looked at. */
  readonly hint: RegExp;
  /** Sentences that speak about prejudice, deny it, report it or ask. */
  readonly excuse: RegExp;
  readonly cues: readonly Cue[];
}

/** For people, by kind. */
export const CUE_NOTES: Readonly<Record<CueKind, string>> = {
  generalisation: 'says of a whole group what holds for single people',
  role: 'says what a group ought to be or do',
  double_standard: 'measures a person by what is expected of the group',
  favouring: 'prefers or rules out people for what they are',
};
