import { describe, expect, it } from 'vitest';
import { callsTools, readRequest } from './read-request.ts';

function read(request: object): ReturnType<typeof readRequest> {
  return readRequest(JSON.stringify(request));
}

const schema = { type: 'object', required: ['city'] };

describe('instructions', () => {
  it.each<[string, object]>([
    ['an OpenAI chat', { messages: [{ role: 'system', content: 'Be brief.' }] }],
    ['an OpenAI response', { instructions: 'Be brief.', input: 'q' }],
    ['an Anthropic message', { system: [{ type: 'text', text: 'Be brief.' }], messages: [] }],
    ['a Gemini call', { systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [] }],
    ['a Gemini call in snake case', { system_instruction: { parts: [{ text: 'Be brief.' }] } }],
    ['an Ollama completion', { system: 'Be brief.', prompt: 'q' }],
  ])('are read from %s', (_, request) => {
    expect(read(request).instructions).toBe('Be brief.');
  });

  it('are null where there are none, or where the body is no object', () => {
    expect(read({ messages: [{ role: 'user', content: 'q' }] }).instructions).toBeNull();
    expect(readRequest('[1]').instructions).toBeNull();
    expect(readRequest('{broken').instructions).toBeNull();
  });
});

describe('the requested form', () => {
  it.each<[string, object]>([
    [
      'an OpenAI chat',
      { response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } },
    ],
    ['an OpenAI response', { text: { format: { type: 'json_schema', name: 'a', schema } } }],
    ['an Anthropic message', { output_config: { format: { type: 'json_schema', schema } } }],
    [
      'a Gemini call',
      { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: schema } },
    ],
    ['an Ollama chat', { format: schema }],
  ])('is read from %s', (_, request) => {
    expect(read(request).requestedFormat).toEqual({ kind: 'json_schema', schema });
  });

  it.each<[string, object]>([
    ['OpenAI', { response_format: { type: 'json_object' } }],
    [
      'Gemini, whose own schemas are not the standard',
      {
        generationConfig: {
          responseMimeType: 'application/json',
          responseSchema: { type: 'OBJECT' },
        },
      },
    ],
    ['Ollama', { format: 'json' }],
  ])('is plain JSON for %s', (_, request) => {
    expect(read(request).requestedFormat).toEqual({ kind: 'json' });
  });
});

describe('calls of tools', () => {
  it.each([
    '{"message":{"tool_calls":[{"id":"1"}]}}',
    '{"content":[{"type": "tool_use","name":"a"}]}',
    '{"candidates":[{"content":{"parts":[{"functionCall": {"name":"a"}}]}}]}',
  ])('are seen in %s', (body) => {
    expect(callsTools(null, body)).toBe(true);
    expect(callsTools(null, '{"content":"none"}')).toBe(false);
  });
});
