import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConversation } from './conversation.ts';

function recorded(request: unknown, response: unknown) {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value : JSON.stringify(value);
  return {
    request: { body: text(request), encoding: 'utf8' as const, contentType: null },
    response: { body: text(response), encoding: 'utf8' as const, contentType: null },
    promptText: 'asked text',
    responseText: 'answered text',
  };
}

describe('reading a conversation', () => {
  it('shows every role, tool calls, tool results and pictures of chat completions', () => {
    const { asked, answered } = readConversation(
      recorded(
        {
          messages: [
            { role: 'developer', content: 'Be brief.' },
            {
              role: 'user',
              content: [
                { type: 'text', text: 'What is this?' },
                { type: 'image_url', image_url: { url: 'https://pictures.example/cat.png?key=1' } },
                { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
              ],
            },
            {
              role: 'assistant',
              content: null,
              tool_calls: [{ function: { name: 'look', arguments: '{"at":1}' } }],
            },
            { role: 'tool', content: 'a cat' },
          ],
        },
        { choices: [{ message: { role: 'assistant', content: 'A cat.' } }] },
      ),
    );
    expect(asked.map((message) => message.role)).toEqual(['system', 'user', 'assistant', 'tool']);
    expect(asked[1]?.parts).toEqual([
      { kind: 'text', text: 'What is this?' },
      { kind: 'media', media: 'image', note: 'pictures.example' },
      { kind: 'media', media: 'image', note: 'image/png' },
    ]);
    expect(asked[2]?.parts).toEqual([{ kind: 'tool_call', name: 'look', arguments: '{"at":1}' }]);
    expect(asked[3]?.parts).toEqual([{ kind: 'tool_result', text: 'a cat' }]);
    expect(answered[0]?.parts).toEqual([{ kind: 'text', text: 'A cat.' }]);
  });

  it('adds up a streamed answer with a tool call', () => {
    const stream = [
      'data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"Let me "}}]}',
      'data: {"choices":[{"index":0,"delta":{"content":"look."}}]}',
      'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"look","arguments":"{\\"a\\""}}]}}]}',
      'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}',
      'data: [DONE]',
    ].join('\n\n');
    expect(readConversation(recorded({ messages: [] }, stream)).answered[0]?.parts).toEqual([
      { kind: 'text', text: 'Let me look.' },
      { kind: 'tool_call', name: 'look', arguments: '{"a":1}' },
    ]);
  });

  it('reads the responses dialect', () => {
    const { asked, answered } = readConversation(
      recorded(
        { instructions: 'Be brief.', input: 'Hi' },
        {
          output: [
            { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yo' }] },
            { type: 'function_call', name: 'look', arguments: '{}' },
          ],
        },
      ),
    );
    expect(asked.map((message) => message.role)).toEqual(['system', 'user']);
    expect(answered.flatMap((message) => message.parts)).toEqual([
      { kind: 'text', text: 'Yo' },
      { kind: 'tool_call', name: 'look', arguments: '{}' },
    ]);
  });

  it('falls back to the extracted texts when the bytes say nothing', () => {
    const { asked, answered } = readConversation(recorded('not json', 'nor this'));
    expect(asked[0]?.parts).toEqual([{ kind: 'text', text: 'asked text' }]);
    expect(answered[0]?.parts).toEqual([{ kind: 'text', text: 'answered text' }]);
  });

  it('never throws, whatever was recorded', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (request, response) => {
        readConversation(recorded({ messages: [request], input: request }, response));
        readConversation(recorded(request, { choices: [response], output: [response] }));
        readConversation(recorded(request, `data: ${JSON.stringify({ choices: [response] })}\n`));
      }),
      { numRuns: 300 },
    );
  });
});

describe('reading a stream of another dialect', () => {
  const answerOf = (stream: string) => readConversation(recorded('{}', stream)).answered[0]?.parts;

  it('adds up thoughts, text and tool calls of Anthropic', () => {
    const events = [
      { type: 'message_start', message: { id: 'msg_1', content: [] } },
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Let me ' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'look.' } },
      { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', name: 'look' } },
      {
        type: 'content_block_delta',
        index: 2,
        delta: { type: 'input_json_delta', partial_json: '{"at":' },
      },
      { type: 'content_block_delta', index: 2, delta: { partial_json: '1}' } },
      { type: 'message_stop' },
    ];
    const stream = events
      .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
      .join('');
    expect(answerOf(stream)).toEqual([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Let me look.' },
      { kind: 'tool_call', name: 'look', arguments: '{"at":1}' },
    ]);
  });

  it('adds up thoughts, text and tool calls of Gemini', () => {
    const parts = [
      [{ text: 'Hm.', thought: true }],
      [{ text: 'Let me ' }],
      [{ text: 'look.' }, { functionCall: { name: 'look', args: { at: 1 } } }],
    ];
    const stream = parts
      .map(
        (some) => `data: ${JSON.stringify({ candidates: [{ content: { parts: some } }] })}\r\n\r\n`,
      )
      .join('');
    expect(answerOf(stream)).toEqual([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Let me look.' },
      { kind: 'tool_call', name: 'look', arguments: '{"at":1}' },
    ]);
  });

  it('adds up lines of Ollama, of chats and of plain generation', () => {
    const chat = [
      { message: { role: 'assistant', content: '', thinking: 'Hm.' }, done: false },
      { message: { role: 'assistant', content: 'Let me ' }, done: false },
      {
        message: {
          content: 'look.',
          tool_calls: [{ function: { name: 'look', arguments: { at: 1 } } }],
        },
        done: true,
      },
    ];
    expect(answerOf(chat.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual([
      { kind: 'reasoning', text: 'Hm.' },
      { kind: 'text', text: 'Let me look.' },
      { kind: 'tool_call', name: 'look', arguments: '{"at":1}' },
    ]);
    expect(answerOf('{"response":"One "}\n{"response":"two.","done":true}\n')).toEqual([
      { kind: 'text', text: 'One two.' },
    ]);
  });

  it('shows what Gemini and Ollama are told beforehand, and pictures', () => {
    const gemini = readConversation(
      recorded({ systemInstruction: { parts: [{ text: 'Be brief.' }] }, contents: [] }, '{}'),
    );
    expect(gemini.asked[0]).toEqual({
      role: 'system',
      name: null,
      parts: [{ kind: 'text', text: 'Be brief.' }],
    });
    const ollama = readConversation(
      recorded({ messages: [{ role: 'user', content: 'What is this?', images: ['AAAA'] }] }, '{}'),
    );
    expect(ollama.asked[0]?.parts).toEqual([
      { kind: 'text', text: 'What is this?' },
      { kind: 'media', media: 'image', note: 'base64' },
    ]);
  });
});
