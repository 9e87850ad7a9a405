import { describe, expect, it } from 'vitest';
import { AppError } from '../core/errors.ts';
import { shapeOf } from './call-shape.ts';
import { placeMessages } from './place-messages.ts';
import { defaultParameters, replaceParameters, unplaceable } from './place-parameters.ts';
import type { Rendered } from './prompt-snapshot.ts';

const PROMPT: Rendered = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Example?' },
    { role: 'assistant', content: 'Yes.' },
  ],
  text: null,
  parameters: {},
};
const TEXT: Rendered = { messages: null, text: 'Translate this:', parameters: {} };
const ASKED = { role: 'user', content: 'Hello' };

describe('a prompt goes before what the caller said', () => {
  it('in OpenAI chat and Ollama chat', () => {
    for (const shape of ['openai-chat', 'ollama-chat'] as const) {
      expect(placeMessages(shape, { model: 'm', messages: [ASKED] }, PROMPT)).toEqual({
        model: 'm',
        messages: [...(PROMPT.messages ?? []), ASKED],
      });
      expect(placeMessages(shape, { model: 'm' }, TEXT)).toEqual({
        model: 'm',
        messages: [{ role: 'user', content: 'Translate this:' }],
      });
    }
  });

  it('in OpenAI responses: system messages become instructions', () => {
    const body = { input: 'Hello', instructions: 'Be kind.' };
    expect(placeMessages('openai-responses', body, PROMPT)).toEqual({
      instructions: 'Be brief.\n\nBe kind.',
      input: [
        { role: 'user', content: 'Example?' },
        { role: 'assistant', content: 'Yes.' },
        { role: 'user', content: 'Hello' },
      ],
    });
  });

  it('in Anthropic: system messages become the system text or its first block', () => {
    const turns = [
      { role: 'user', content: 'Example?' },
      { role: 'assistant', content: 'Yes.' },
      ASKED,
    ];
    expect(placeMessages('anthropic', { messages: [ASKED] }, PROMPT)).toEqual({
      system: 'Be brief.',
      messages: turns,
    });
    const blocks = [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }];
    expect(placeMessages('anthropic', { system: blocks, messages: [ASKED] }, PROMPT)).toEqual({
      system: [{ type: 'text', text: 'Be brief.' }, ...blocks],
      messages: turns,
    });
    expect(placeMessages('anthropic', { system: blocks, messages: [ASKED] }, TEXT)).toMatchObject({
      system: blocks,
    });
  });

  it('in Gemini, whichever way it writes the system instruction', () => {
    const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }];
    const turns = [
      { role: 'user', parts: [{ text: 'Example?' }] },
      { role: 'model', parts: [{ text: 'Yes.' }] },
      ...contents,
    ];
    expect(placeMessages('gemini', { contents }, PROMPT)).toEqual({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      contents: turns,
    });
    const body = { contents, system_instruction: { parts: [{ text: 'Be kind.' }] } };
    expect(placeMessages('gemini', body, PROMPT)).toEqual({
      system_instruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
      contents: turns,
    });
  });

  it('in calls that take one text', () => {
    expect(placeMessages('openai-completions', { prompt: 'Hello' }, TEXT)).toEqual({
      prompt: 'Translate this:\n\nHello',
    });
    const rendered: Rendered = {
      ...TEXT,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Go' },
      ],
    };
    expect(placeMessages('ollama-generate', { system: 'Be kind.' }, rendered)).toEqual({
      system: 'Be brief.\n\nBe kind.',
      prompt: 'Go',
    });
  });

  it('and is refused where a conversation does not fit', () => {
    expect(() => placeMessages('openai-completions', { prompt: 'x' }, PROMPT)).toThrow(AppError);
    expect(() => placeMessages('ollama-generate', { prompt: 'x' }, PROMPT)).toThrow(
      /chat endpoint/,
    );
    expect(() => placeMessages('openai-completions', { prompt: ['x'] }, TEXT)).toThrow(/one text/);
  });

  it('and never drops what the caller said', () => {
    const wrong: [Parameters<typeof placeMessages>[0], object, string][] = [
      ['openai-chat', { messages: 'Hello' }, 'messages'],
      ['openai-responses', { input: { a: 1 } }, 'input'],
      ['openai-responses', { instructions: ['x'] }, 'instructions'],
      ['anthropic', { system: { text: 'x' } }, 'system'],
      ['gemini', { contents: { parts: [] } }, 'contents'],
      ['gemini', { systemInstruction: 'x' }, 'systemInstruction'],
    ];
    for (const [shape, body, field] of wrong) {
      expect(() => placeMessages(shape, { ...body }, PROMPT)).toThrow(
        expect.objectContaining({ code: 'invalid_request', details: { field } }),
      );
    }
    const single = { systemInstruction: { role: 'system', parts: { text: 'Be kind.' } } };
    expect(placeMessages('gemini', single, PROMPT)).toMatchObject({
      systemInstruction: { role: 'system', parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] },
    });
  });
});

describe('settings', () => {
  const settings = { temperature: 0.3, maxOutputTokens: 50 };

  it('take the names of each dialect', () => {
    expect(replaceParameters('openai-chat', {}, settings)).toEqual({
      temperature: 0.3,
      max_completion_tokens: 50,
    });
    expect(replaceParameters('openai-chat', { max_tokens: 9 }, settings)).toEqual({
      temperature: 0.3,
      max_tokens: 50,
    });
    expect(replaceParameters('openai-responses', {}, settings)).toEqual({
      temperature: 0.3,
      max_output_tokens: 50,
    });
    expect(replaceParameters('anthropic', { max_tokens: 9 }, settings)).toEqual({
      temperature: 0.3,
      max_tokens: 50,
    });
    expect(replaceParameters('gemini', { generationConfig: { topK: 4 } }, settings)).toEqual({
      generationConfig: { topK: 4, temperature: 0.3, maxOutputTokens: 50 },
    });
    expect(replaceParameters('ollama-chat', {}, settings)).toEqual({
      options: { temperature: 0.3, num_predict: 50 },
    });
  });

  it('of a prompt leave those of the caller alone', () => {
    expect(defaultParameters('openai-chat', { temperature: 1, max_tokens: 9 }, settings)).toEqual({
      temperature: 1,
      max_tokens: 9,
    });
    expect(defaultParameters('ollama-chat', { options: { num_predict: 1 } }, settings)).toEqual({
      options: { num_predict: 1, temperature: 0.3 },
    });
  });

  it('that a dialect lacks are refused by name, never dropped', () => {
    expect(unplaceable('anthropic', { seed: 1, topK: 3 })).toEqual(['seed']);
    expect(() => replaceParameters('anthropic', {}, { seed: 1 })).toThrow(
      expect.objectContaining({ code: 'unsupported_field', details: { field: 'seed' } }),
    );
  });

  it('change nothing when there are none', () => {
    const body = { a: 1 };
    expect(replaceParameters('gemini', body, {})).toBe(body);
  });
});

describe('the shape of a call', () => {
  it('is known for what generates from words, and for nothing else', () => {
    expect(shapeOf('anthropic', 'chat')).toBe('anthropic');
    expect(shapeOf('openai', 'embeddings')).toBeNull();
    expect(shapeOf('openai', 'models')).toBeNull();
    expect(shapeOf('constructor', 'chat')).toBeNull();
  });
});
