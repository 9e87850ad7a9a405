import { describe, expect, it } from 'vitest';
import { compareVersions } from './compare-versions.ts';
import type { StoredVersion } from './prompt-snapshot.ts';

const chat = (
  version: number,
  messages: NonNullable<StoredVersion['messages']>,
  parameters: StoredVersion['parameters'] = {},
): StoredVersion => ({ version, messages, text: null, parameters });
const text = (version: number, words: string): StoredVersion => ({
  version,
  messages: null,
  text: words,
  parameters: {},
});

describe('comparing versions', () => {
  it('tells changed lines, and the words in them', () => {
    const diff = compareVersions(
      text(1, 'Be kind.\nAnswer in one sentence.\nThank {{name}}.'),
      text(2, 'Be kind.\nAnswer in two sentences.\nThank {{name}}.'),
    );
    expect(diff.sections).toEqual([
      {
        kind: 'changed',
        role: 'text',
        lines: [
          { kind: 'same', text: 'Be kind.', words: null },
          {
            kind: 'removed',
            text: 'Answer in one sentence.',
            words: [
              { kind: 'same', text: 'Answer in ' },
              { kind: 'removed', text: 'one' },
              { kind: 'same', text: ' ' },
              { kind: 'removed', text: 'sentence' },
              { kind: 'same', text: '.' },
            ],
          },
          {
            kind: 'added',
            text: 'Answer in two sentences.',
            words: [
              { kind: 'same', text: 'Answer in ' },
              { kind: 'added', text: 'two' },
              { kind: 'same', text: ' ' },
              { kind: 'added', text: 'sentences' },
              { kind: 'same', text: '.' },
            ],
          },
          { kind: 'same', text: 'Thank {{name}}.', words: null },
        ],
      },
    ]);
  });

  it('tells added and removed messages, settings and variables', () => {
    const diff = compareVersions(
      chat(1, [{ role: 'system', template: 'Hi {{old}}' }], { temperature: 0.2, seed: 1 }),
      chat(
        3,
        [
          { role: 'user', template: 'Hi {{fresh}}' },
          { role: 'user', template: 'second' },
        ],
        { temperature: 0.5, seed: 1, stop: ['x'] },
      ),
    );
    expect(diff.sections.map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'removed system',
      'added user',
      'added user',
    ]);
    expect(diff.parameters).toEqual([
      { name: 'temperature', from: '0.2', to: '0.5' },
      { name: 'stop', from: null, to: '["x"]' },
    ]);
    expect(diff).toMatchObject({
      from: 1,
      to: 3,
      addedVariables: ['fresh'],
      removedVariables: ['old'],
    });
  });

  it('finds nothing between equal versions', () => {
    const diff = compareVersions(text(1, 'a\nb\n'), text(2, 'a\nb\n'));
    expect(diff.sections).toMatchObject([{ kind: 'same' }]);
    expect(diff.parameters).toEqual([]);
  });

  it('stays quick on long texts that have nothing in common', () => {
    const long = (word: string): string => `${word}\n`.repeat(20_000);
    const { sections } = compareVersions(text(1, long('a')), text(2, long('b')));
    expect(sections[0]?.lines.length).toBe(40_000);
  });
});
