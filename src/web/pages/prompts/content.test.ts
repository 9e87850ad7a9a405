import { describe, expect, it } from 'vitest';
import { NewPromptVersion, type PromptVersion } from '../../../contract/prompts.ts';
import { bodyOf, contentOf, EMPTY_CONTENT, readParameters, variablesOf } from './content.ts';

const VERSION: PromptVersion = {
  version: 3,
  messages: [
    { role: 'system', template: 'You help {{shop}}.' },
    { role: 'user', template: '{{ question }}' },
  ],
  text: null,
  parameters: { temperature: 0.2 },
  variables: ['shop', 'question'],
  note: 'why',
  createdAt: '2026-11-21T00:00:00.000Z',
  createdBy: 'user:ada@example.com',
};

describe('a version while it is written', () => {
  it('begins as another one, without its note and labels', () => {
    expect(bodyOf(contentOf(VERSION))).toEqual({
      messages: VERSION.messages,
      parameters: VERSION.parameters,
      note: '',
      labels: [],
    });
  });

  it('is one text or a conversation, never both', () => {
    const text = { ...EMPTY_CONTENT, kind: 'text' as const, text: 'Title of {{text}}' };
    expect(NewPromptVersion.safeParse(bodyOf(text)).success).toBe(true);
    expect(bodyOf(text)).not.toHaveProperty('messages');
    expect(bodyOf(contentOf({ ...VERSION, messages: null, text: 'x' }))).not.toHaveProperty(
      'messages',
    );
  });

  it('takes labels with commas or spaces between', () => {
    expect(bodyOf({ ...EMPTY_CONTENT, labels: ' production,staging  canary,' }).labels).toEqual([
      'production',
      'staging',
      'canary',
    ]);
  });

  it('names its variables once, in their order', () => {
    const draft = contentOf({
      ...VERSION,
      messages: [{ role: 'user', template: '{{b}} {{ a }} {{b}} {{1}} {{}} {c} {{{a}}}' }],
    });
    expect(variablesOf(draft)).toEqual(['b', 'a']);
  });

  it.each(['{', '[]', '{"temperature": 9}', '{"colour": "red"}'])(
    'has no settings that are %s',
    (text) => {
      expect(readParameters(text)).toBeNull();
    },
  );
});
