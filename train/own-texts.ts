import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text made from the templates in this folder. */
export interface OwnText {
  readonly text: string;
  readonly label: 0 | 1;
  /** File and line of its template: texts of one template stay on one side of every split. */
  readonly group: string;
  readonly lang: string;
}

export interface Expansion {
  /** At most this many different texts of each template. */
  readonly perTemplate: number;
  readonly seed: number;
}

/**
 * The texts of `<folder>/<name>-<lang>.txt` for each language. Lines of a file:
 * `slot := one | another` names alternatives, `+ template` makes positives, `- template` negatives, `# …` is a
 * remark. In templates `{slot}` draws an alternative, `{slot*3}` three different ones, `{a|b}` one of those written
 * there; `\{` and `\}` are braces, `\n` a new line. The same seed draws the same texts.
 */
export function ownTexts(
  [folder, name]: readonly [folder: string, name: string],
  langs: readonly string[],
  expansion: Expansion,
): readonly OwnText[] {
  return langs.flatMap((lang) => {
    const file = `${name}-${lang}.txt`;
    const source = readFileSync(join(import.meta.dirname, folder, file), 'utf8');
    return expandTemplates(source, expansion).map(({ text, label, line }) => ({
      text,
      label,
      group: `${file}:${line}`,
      lang: lang === 'others' ? '' : lang,
    }));
  });
}

interface Expanded {
  readonly text: string;
  readonly label: 0 | 1;
  readonly line: number;
}

const SLOT = /^(\w+) := (.+)$/;
const TEMPLATE = /^([+-]) (.+)$/;

/** Every template of a file, drawn up to `perTemplate` times. Throws on lines and slots that it does not know. */
export function expandTemplates(
  source: string,
  { perTemplate, seed }: Expansion,
): readonly Expanded[] {
  const lines = source.split('\n').map((text, index) => ({ text, line: index + 1 }));
  const spoken = lines.filter(({ text }) => text !== '' && !text.startsWith('# '));
  const slots = new Map<string, readonly string[]>();
  const random = randomFrom(seed);
  return spoken.flatMap(({ text, line }) => {
    const [, slot, alternatives = ''] = SLOT.exec(text) ?? [];
    if (slot !== undefined) {
      slots.set(slot, alternatives.split(' | '));
      return [];
    }
    const [, sign, template] = TEMPLATE.exec(text) ?? [];
    if (template === undefined) throw new Error(`Line ${line} is no template: ${text}`);
    const label = sign === '+' ? 1 : 0;
    return drawn(template, { slots, random }, perTemplate).map((one) => ({
      text: one,
      label,
      line,
    }));
  });
}

/** Different texts of one template; fewer than asked for where it has not so many. */
function drawn(template: string, drawing: Drawing, most: number): readonly string[] {
  const texts = new Set<string>();
  for (let draw = 0; draw < 2 * most && texts.size < most; draw += 1) {
    texts.add(fill(template, drawing, 0));
  }
  return [...texts];
}

interface Drawing {
  readonly slots: ReadonlyMap<string, readonly string[]>;
  /** In [0, 1). */
  readonly random: () => number;
}

const DEEPEST = 6;
const OPEN = '\u0001';
const CLOSE = '\u0002';

function fill(template: string, drawing: Drawing, depth: number): string {
  if (depth > DEEPEST) throw new Error(`Slots go round in a circle: ${template}`);
  const filled = template
    .replaceAll('\\{', OPEN)
    .replaceAll('\\}', CLOSE)
    .replace(/\{((?:[^{}]|\{[^{}]*\})*)\}/g, (_, inside: string) => choose(inside, drawing, depth));
  if (depth > 0) return filled;
  return filled.replaceAll(OPEN, '{').replaceAll(CLOSE, '}').replaceAll('\\n', '\n');
}

function choose(inside: string, drawing: Drawing, depth: number): string {
  const [, slot = '', times = '1'] = /^(\w+)(?:\*(\d+))?$/.exec(inside) ?? [];
  const alternatives = drawing.slots.get(slot);
  if (alternatives === undefined) {
    if (!inside.includes('|')) throw new Error(`There is no slot {${inside}}.`);
    return fill(pick(splitOutside(inside), drawing.random), drawing, depth + 1);
  }
  const left = [...alternatives];
  const chosen: string[] = [];
  while (chosen.length < Number(times) && left.length > 0) {
    const [one = ''] = left.splice(Math.floor(drawing.random() * left.length), 1);
    chosen.push(fill(one, drawing, depth + 1));
  }
  return chosen.join(' ');
}

/** Alternatives, where a slot inside one of them is not cut in two. */
function splitOutside(inside: string): readonly string[] {
  return inside.split(/\|(?![^{}]*\})/);
}

function pick(alternatives: readonly string[], random: () => number): string {
  return alternatives[Math.floor(random() * alternatives.length)] ?? '';
}

/** Mulberry32: small, quick and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
