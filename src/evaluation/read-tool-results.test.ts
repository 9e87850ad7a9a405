import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readToolResults } from './read-tool-results.ts';

describe('tool results of a request', () => {
  it.each([
    ['OpenAI chat', { messages: [{ role: 'tool', tool_call_id: 'a', content: 'sunny' }] }],
    [
      'OpenAI chat in parts',
      { messages: [{ role: 'tool', content: [{ type: 'text', text: 'sunny' }] }] },
    ],
    ['Responses', { input: [{ type: 'function_call_output', call_id: 'a', output: 'sunny' }] }],
    [
      'Anthropic',
      {
        messages: [
          {
            role: 'user',
            content: [{ type: 'tool_result', content: [{ type: 'text', text: 'sunny' }] }],
          },
        ],
      },
    ],
    [
      'Gemini',
      { contents: [{ parts: [{ functionResponse: { name: 'w', response: { sky: 'sunny' } } }] }] },
    ],
  ])('are read from %s', (_, request) => {
    expect(readToolResults(request)).toEqual(['sunny']);
  });

  it('are not what people and models say', () => {
    const messages = [
      { role: 'user', content: 'hello' },
      { role: 'assistant', content: [{ type: 'text', text: 'hi' }] },
    ];
    expect(readToolResults({ messages })).toEqual([]);
  });

  it('are the newest twenty, each cut', () => {
    const messages = Array.from({ length: 25 }, (_, at) => ({
      role: 'tool',
      content: `${at}`.padEnd(60_000),
    }));
    const results = readToolResults({ messages });
    expect(results).toHaveLength(20);
    expect(results[0]?.startsWith('5 ')).toBe(true);
    expect(results[0]).toHaveLength(50_000);
  });

  it('never throw, whatever is sent', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('messages', 'input'), fc.jsonValue()), (body) => {
        expect(readToolResults(body).every((text) => typeof text === 'string')).toBe(true);
      }),
    );
  });
});
