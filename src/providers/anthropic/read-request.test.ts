import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { readChatRequest } from './read-request.ts';

const ASK = {
  model: 'claude-opus-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hi' }],
};
const refusal = (more: JsonObject): unknown => {
  try {
    return readChatRequest({ ...ASK, ...more });
  } catch (error) {
    return error;
  }
};
const user = (...content: JsonObject[]): JsonObject => ({ messages: [{ role: 'user', content }] });

describe('given a request of an Anthropic client', () => {
  it('reads everything that others know too', () => {
    const request = readChatRequest({
      ...ASK,
      system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral', ttl: '1h' } }],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ['END'],
      metadata: { user_id: 'u-1' },
      service_tier: 'standard_only',
      stream: true,
      tools: [
        { name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true },
        { type: 'custom', name: 'g', input_schema: { type: 'object' }, cache_control: null },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { effort: 'max', format: { type: 'json_schema', schema: { type: 'object' } } },
      thinking: { type: 'enabled', budget_tokens: 1024, display: 'omitted' },
      cache_control: { type: 'ephemeral' },
    });
    expect(request).toEqual({
      model: 'claude-opus-5',
      stream: true,
      messages: [
        { role: 'system', name: null, parts: [{ kind: 'text', text: 's', cache: true }] },
        { role: 'user', name: null, parts: [{ kind: 'text', text: 'hi', cache: false }] },
      ],
      tools: [
        { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        { name: 'g', description: null, parameters: { type: 'object' }, strict: null },
      ],
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      topK: 5,
      frequencyPenalty: null,
      presencePenalty: null,
      seed: null,
      stop: ['END'],
      choices: null,
      answerFormat: {
        kind: 'schema',
        name: null,
        description: null,
        schema: { type: 'object' },
        strict: null,
      },
      reasoning: { effort: 'xhigh', budgetTokens: 1024, visible: false },
      logprobs: null,
      userId: 'u-1',
      metadata: {},
      serviceTier: 'default',
    });
  });

  it('reads images, documents, thoughts, calls and results', () => {
    const { messages } = readChatRequest({
      ...ASK,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'url', url: 'https://x.test/a.png' } },
            {
              type: 'document',
              title: 'T',
              source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' },
            },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: '' },
            { type: 'redacted_thinking', data: 'x' },
            { type: 'tool_use', id: 'a', name: 'f', input: { n: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', is_error: true, content: 'no' },
            { type: 'text', text: 'so?' },
          ],
        },
      ],
    });
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(messages.flatMap(({ parts }) => parts)).toEqual([
      {
        kind: 'image',
        source: { kind: 'url', url: 'https://x.test/a.png', mediaType: null },
        detail: null,
      },
      {
        kind: 'file',
        source: { kind: 'data', mediaType: 'application/pdf', base64: 'AA==' },
        name: 'T',
      },
      { kind: 'reasoning', text: 'hm', signature: null, redacted: false },
      { kind: 'reasoning', text: '', signature: 'x', redacted: true },
      { kind: 'tool_call', id: 'a', name: 'f', arguments: '{"n":1}', signature: null },
      {
        kind: 'tool_result',
        callId: 'a',
        name: null,
        parts: [{ kind: 'text', text: 'no', cache: false }],
        isError: true,
      },
      { kind: 'text', text: 'so?', cache: false },
    ]);
  });

  it('takes what Claude Code always sends', () => {
    const keep = { type: 'clear_thinking_20251015', keep: 'all' };
    const request = readChatRequest({
      ...ASK,
      thinking: { type: 'adaptive' },
      context_management: { edits: [keep] },
      output_format: { type: 'json_schema', schema: {} },
      speed: 'standard',
    });
    expect(request.reasoning).toEqual({ effort: null, budgetTokens: null, visible: null });
    expect(request.answerFormat).toMatchObject({ kind: 'schema' });
  });

  it.each([
    ['container', { container: 'c' }],
    ['mcp_servers', { mcp_servers: [{ url: 'x' }] }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['speed', { speed: 'fast' }],
    ['max_tokens', { max_tokens: 0 }],
    ['metadata.team', { metadata: { team: 'x' } }],
    ['thinking.type', { thinking: { type: 'between_tools' } }],
    ['context_management', { context_management: { edits: [{ type: 'clear_tool_uses' }] } }],
    ['output_config.task_budget', { output_config: { task_budget: 5 } }],
    ['tools[0].type', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }],
    [
      'tools[0].input_examples',
      { tools: [{ name: 'f', input_schema: {}, input_examples: [{ a: 1 }] }] },
    ],
    ['tools[0].defer_loading', { tools: [{ name: 'f', input_schema: {}, defer_loading: true }] }],
    [
      'tools[0].allowed_callers',
      { tools: [{ name: 'f', input_schema: {}, allowed_callers: ['code_execution_20250825'] }] },
    ],
    ['messages[0].content[0].type', user({ type: 'search_result' })],
    [
      'messages[0].content[0].citations',
      user({ type: 'text', text: 'a', citations: [{ type: 'char_location' }] }),
    ],
    [
      'messages[0].content[0].citations',
      user({ type: 'document', source: { type: 'url', url: 'x' }, citations: { enabled: true } }),
    ],
    [
      'messages[0].content[0].source.type',
      user({ type: 'image', source: { type: 'file', file_id: 'f' } }),
    ],
    [
      'messages[0].content[0].transformations',
      user({
        type: 'image',
        source: { type: 'url', url: 'x' },
        transformations: { oversized_image: 'error' },
      }),
    ],
    [
      'messages[0].content[0].content[0].type',
      user({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_reference' }] }),
    ],
    [
      'messages[0].content[0].caller',
      user({ type: 'tool_use', id: 'a', name: 'f', caller: { type: 'code_execution_20250825' } }),
    ],
  ])('refuses %s', (field, more) => {
    expect(refusal(more as JsonObject)).toMatchObject({
      code: 'unsupported_field',
      details: { field },
    });
  });

  it.each([
    ['model', { model: 5 }],
    ['messages', { messages: 'hi' }],
    ['messages[0]', { messages: ['hi'] }],
    ['messages[0].role', { messages: [{ role: 'tool', content: 'x' }] }],
    ['messages[0].content', { messages: [{ role: 'user', content: 7 }] }],
    ['messages[0].content[0].source', user({ type: 'image' })],
    ['stop_sequences[0]', { stop_sequences: [1] }],
    ['tool_choice.type', { tool_choice: {} }],
    ['tool_choice.name', { tool_choice: { type: 'tool' } }],
    ['output_config.format', { output_config: { format: { type: 'grammar' } } }],
    ['temperature', { temperature: 'warm' }],
  ])('says that %s has the wrong shape', (field, more) => {
    expect(refusal(more as JsonObject)).toMatchObject({
      code: 'invalid_request',
      details: { field },
    });
  });
});
