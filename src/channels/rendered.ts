/** How a message feels; each channel has its colour for it. */
export type Tone = 'critical' | 'warning' | 'info' | 'good';

export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Link {
  readonly label: string;
  readonly url: string;
}

/** One thing a message is about: an alert, an interaction, a run. Texts are as they came: channels escape them. */
export interface Section {
  readonly heading: string | null;
  readonly sentence: string | null;
  readonly facts: readonly Fact[];
  /** Longer texts: prompts, answers, comments. */
  readonly passages: readonly { readonly label: string; readonly text: string }[];
  readonly link: Link | null;
}

export interface Rendered {
  readonly title: string;
  readonly tone: Tone;
  readonly lead: string | null;
  readonly sections: readonly Section[];
  /** What was left out. */
  readonly more: string | null;
  readonly links: readonly Link[];
}
