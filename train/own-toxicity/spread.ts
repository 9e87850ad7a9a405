/** Sentences made of patterns and words. Patterns have `{}` where a word goes, or `{name}` for a word of another list. */
export interface Frame {
  readonly label: 0 | 1;
  readonly patterns: readonly string[];
  /** Each of these goes into `repeats` patterns. */
  readonly words: readonly string[];
  readonly repeats: number;
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

export interface OwnSentence {
  readonly text: string;
  readonly label: 0 | 1;
}

/** A list out of one string, its items between bars. */
export function items(text: string): readonly string[] {
  return text
    .split('|')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Every word in `repeats` different patterns, other lists turned through; the same each time, without repetition. */
export function spread({ label, patterns, words, repeats, lists }: Frame): readonly OwnSentence[] {
  const texts = new Set<string>();
  for (const [index, word] of words.entries()) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const turn = index * repeats + repeat;
      const pattern = pick(patterns, turn + Math.floor(turn / patterns.length));
      texts.add(filled(pattern, word, { lists: lists ?? {}, turn }));
    }
  }
  return [...texts].map((text) => ({ text, label }));
}

function filled(
  pattern: string,
  word: string,
  { lists, turn }: { lists: Readonly<Record<string, readonly string[]>>; turn: number },
): string {
  return pattern.replace(/\{(\w*)\}/g, (_, name: string) => {
    const list = lists[name];
    return list === undefined ? word : pick(list, turn * 7 + name.length);
  });
}

function pick(list: readonly string[], turn: number): string {
  return list[turn % list.length] ?? '';
}
