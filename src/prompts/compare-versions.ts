import { type Change, diffLines, diffWordsWithSpace } from 'diff';
import type { CallParameters, PromptDiff } from '../contract/prompts.ts';
import { type StoredVersion, templatesOf } from './prompt-snapshot.ts';
import { variablesIn } from './template.ts';

type Section = PromptDiff['sections'][number];
type Line = Section['lines'][number];
type Piece = { kind: 'same' | 'added' | 'removed'; text: string };

/**
 * Bounds of the work, which grows with the square of the edits: texts that differ in more places are told as removed
 * and added, lines that are longer or come later without their words. Reading those side by side helps nobody.
 */
const MAX_LINE_EDITS = 1_000;
const MAX_WORD_EDITS = 200;
const MAX_LINE = 5_000;
const MAX_COMPARED_LINES = 300;

/**
 * What changed between two versions: message by message and line by line, with the changed words within lines that have
 * a counterpart. Messages are compared by their place.
 */
export function compareVersions(from: StoredVersion, to: StoredVersion): PromptDiff {
  const before = sectionsOf(from);
  const after = sectionsOf(to);
  const places = Math.max(before.length, after.length);
  const variablesBefore = variablesIn(templatesOf(from));
  const variablesAfter = variablesIn(templatesOf(to));
  return {
    from: from.version,
    to: to.version,
    sections: Array.from({ length: places }, (_, place) =>
      compareSections(before[place], after[place]),
    ).flat(),
    parameters: compareParameters(from.parameters, to.parameters),
    addedVariables: variablesAfter.filter((name) => !variablesBefore.includes(name)),
    removedVariables: variablesBefore.filter((name) => !variablesAfter.includes(name)),
  };
}

interface Part {
  readonly role: Section['role'];
  readonly template: string;
}

function sectionsOf({ messages, text }: StoredVersion): readonly Part[] {
  return messages ?? [{ role: 'text', template: text ?? '' }];
}

function compareSections(before: Part | undefined, after: Part | undefined): Section[] {
  if (before !== undefined && after !== undefined && before.role === after.role) {
    const lines = compareLines(before.template, after.template);
    const kind = lines.every((line) => line.kind === 'same') ? 'same' : 'changed';
    return [{ kind, role: before.role, lines }];
  }
  const whole = (part: Part, kind: 'added' | 'removed'): Section => ({
    kind,
    role: part.role,
    lines: toLines(part.template, kind),
  });
  return [
    ...(before === undefined ? [] : [whole(before, 'removed')]),
    ...(after === undefined ? [] : [whole(after, 'added')]),
  ];
}

function compareLines(before: string, after: string): Line[] {
  const changes = diffLines(before, after, { maxEditLength: MAX_LINE_EDITS });
  if (changes === undefined) return [...toLines(before, 'removed'), ...toLines(after, 'added')];
  const lines: Line[] = [];
  for (let at = 0; at < changes.length; at++) {
    const change = changes[at];
    const next = changes[at + 1];
    if (change === undefined) break;
    if (change.removed && next?.added === true) {
      lines.push(...comparePairs(toLines(change.value, 'removed'), toLines(next.value, 'added')));
      at += 1;
    } else {
      lines.push(...toLines(change.value, kindOf(change)));
    }
  }
  return lines;
}

/** Removed lines, then added ones; each pair of the same place knows its words. */
function comparePairs(removed: readonly Line[], added: readonly Line[]): Line[] {
  const pairs = Math.min(removed.length, added.length, MAX_COMPARED_LINES);
  const words = Array.from({ length: pairs }, (_, place) =>
    compareWords(removed[place]?.text ?? '', added[place]?.text ?? ''),
  );
  const without = (line: Line, place: number, other: Piece['kind']): Line => ({
    ...line,
    words: words[place]?.filter(({ kind }) => kind !== other) ?? null,
  });
  return [
    ...removed.map((line, place) => without(line, place, 'added')),
    ...added.map((line, place) => without(line, place, 'removed')),
  ];
}

function compareWords(before: string, after: string): Piece[] | null {
  if (Math.max(before.length, after.length) > MAX_LINE) return null;
  const changes = diffWordsWithSpace(before, after, { maxEditLength: MAX_WORD_EDITS });
  return changes?.map((change) => ({ kind: kindOf(change), text: change.value })) ?? null;
}

function kindOf({ added, removed }: Change): Piece['kind'] {
  if (added) return 'added';
  return removed ? 'removed' : 'same';
}

function toLines(text: string, kind: Piece['kind']): Line[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '' && lines.length > 1) lines.pop();
  return lines.map((line) => ({ kind, text: line, words: null }));
}

function compareParameters(
  before: CallParameters,
  after: CallParameters,
): PromptDiff['parameters'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const text = (parameters: CallParameters, name: string): string | null => {
    const value: unknown = Reflect.get(parameters, name);
    return value === undefined ? null : JSON.stringify(value);
  };
  return names
    .map((name) => ({ name, from: text(before, name), to: text(after, name) }))
    .filter(({ from, to }) => from !== to);
}
