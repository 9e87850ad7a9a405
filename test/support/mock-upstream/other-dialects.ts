import { type Json, type MockReply, TEXT, WORDS } from './dialect.ts';

/** Replies of the mock provider in the dialects of Anthropic, Gemini and Ollama. Null for other paths. */
export function replyInOtherDialect(path: string, body: Json): MockReply | null {
  if (path === '/v1/messages') return anthropic(body);
  if (path === '/v1/messages/count_tokens') return { kind: 'json', body: { input_tokens: 11 } };
  if (path.startsWith('/api/')) return ollama(path, body);
  const gemini = /^\/v1(?:beta)?\/models\/(.+):([A-Za-z]+)$/.exec(path);
  if (gemini === null) return null;
  return geminiReply(decodeURIComponent(gemini[1] ?? ''), gemini[2] ?? '', wantedTool(body));
}

/** The dialect of a path, for errors in its words. */
export function dialectOfPath(path: string): 'openai' | 'anthropic' | 'gemini' | 'ollama' {
  if (path.startsWith('/v1/messages')) return 'anthropic';
  if (path.startsWith('/api/')) return 'ollama';
  return /^\/v1(?:beta)?\/models\/.+:/.test(path) ? 'gemini' : 'openai';
}

/** The model that a Gemini path names; null for other paths. */
export function modelInPath(path: string): string | null {
  const found = /^\/v1(?:beta)?\/models\/([^?]+):[A-Za-z]+/.exec(path)?.[1];
  return found === undefined ? null : decodeURIComponent(found);
}

/** An error body in the words of a dialect. */
export function errorBody(dialect: ReturnType<typeof dialectOfPath>, status: number): string {
  const message = `mock ${status}`;
  switch (dialect) {
    case 'openai':
      return `{"error": {"message": "${message}", "type": "mock_error", "code": "mock"}}`;
    case 'anthropic':
      return JSON.stringify({ type: 'error', error: { type: 'mock_error', message } });
    case 'gemini':
      return JSON.stringify({ error: { code: status, message, status: 'MOCK' } });
    case 'ollama':
      return JSON.stringify({ error: message });
    default:
      return dialect satisfies never;
  }
}

/** One event of a stream that says that something went wrong. */
export function errorEvent(dialect: ReturnType<typeof dialectOfPath>): string {
  switch (dialect) {
    case 'openai':
      return 'data: {"error":{"message":"overloaded","type":"server_error"}}\n\n';
    case 'anthropic':
      return 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"overloaded"}}\n\n';
    case 'gemini':
      return 'data: {"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}\n\n';
    case 'ollama':
      return '{"error":"overloaded"}\n';
    default:
      return dialect satisfies never;
  }
}

const ANTHROPIC_USAGE = {
  input_tokens: 11,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 5,
};

function anthropic(body: Json): MockReply {
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const answered = JSON.stringify(body['messages'] ?? '').includes('tool_result');
  const tool: Json | null = answered ? null : (tools[0] ?? null);
  const message = {
    id: 'msg_mock',
    type: 'message',
    role: 'assistant',
    model: body['model'],
    content:
      tool === null
        ? [{ type: 'text', text: TEXT }]
        : [{ type: 'tool_use', id: 'toolu_1', name: tool['name'], input: { city: 'Paris' } }],
    stop_reason: tool === null ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: ANTHROPIC_USAGE,
  };
  if (body['stream'] !== true) return { kind: 'json', body: message };
  const block =
    tool === null
      ? { type: 'text', text: '' }
      : { type: 'tool_use', id: 'toolu_1', name: tool['name'], input: {} };
  const deltas =
    tool === null
      ? WORDS.map((text) => ({ type: 'text_delta', text }))
      : ['{"city":', '"Paris"}'].map((part) => ({ type: 'input_json_delta', partial_json: part }));
  const steps: Json[] = [
    {
      type: 'message_start',
      message: {
        ...message,
        content: [],
        stop_reason: null,
        usage: { ...ANTHROPIC_USAGE, output_tokens: 1 },
      },
    },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'ping' },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index: 0, delta })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens: 5 },
    },
    { type: 'message_stop' },
  ];
  return {
    kind: 'events',
    events: steps.map((step) => `event: ${step['type']}\ndata: ${JSON.stringify(step)}\n\n`),
  };
}

/** The first tool of a Gemini or Ollama request that has no results yet; null when there is none. */
function wantedTool(body: Json): string | null {
  const turns = JSON.stringify(body['messages'] ?? body['contents'] ?? '');
  if (/"functionResponse"|"role":"tool"/.test(turns)) return null;
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const tool = tools[0]?.functionDeclarations?.[0] ?? tools[0]?.function;
  return tool?.name ?? null;
}

const GEMINI_USAGE = { promptTokenCount: 11, candidatesTokenCount: 5, totalTokenCount: 16 };

function geminiReply(model: string, method: string, tool: string | null): MockReply {
  const call = { functionCall: { name: tool, args: { city: 'Paris' } }, thoughtSignature: 'c2ln' };
  const piece = (text: string, last: boolean): Json => ({
    candidates: [
      {
        content: { role: 'model', parts: [tool === null ? { text } : call] },
        index: 0,
        ...(last && { finishReason: 'STOP' }),
      },
    ],
    usageMetadata: GEMINI_USAGE,
    modelVersion: model,
    responseId: 'resp_mock',
  });
  switch (method) {
    case 'streamGenerateContent':
      return {
        kind: 'events',
        events: (tool === null ? WORDS : ['']).map(
          (word, at, all) => `data: ${JSON.stringify(piece(word, at === all.length - 1))}\r\n\r\n`,
        ),
      };
    case 'batchEmbedContents':
      return {
        kind: 'json',
        body: { embeddings: [{ values: [0.25, -0.5] }], usageMetadata: { promptTokenCount: 3 } },
      };
    case 'embedContent':
      return { kind: 'json', body: { embedding: { values: [0.25, -0.5] } } };
    case 'countTokens':
      return { kind: 'json', body: { totalTokens: 11 } };
    default:
      return { kind: 'json', body: piece(TEXT, true) };
  }
}

const OLLAMA_COUNTS = {
  total_duration: 5_000_000,
  load_duration: 1_000_000,
  prompt_eval_count: 11,
  prompt_eval_duration: 1_000_000,
  eval_count: 5,
  eval_duration: 3_000_000,
};

function ollama(path: string, body: Json): MockReply {
  const base = { model: body['model'], created_at: '2026-11-21T12:00:00Z' };
  const tool = wantedTool(body);
  const calls = { tool_calls: [{ function: { name: tool, arguments: { city: 'Paris' } } }] };
  const says = (text: string): Json => {
    if (path === '/api/generate') return { response: text };
    const content = tool === null ? { content: text } : { content: '', ...calls };
    return { message: { role: 'assistant', ...content } };
  };
  const nothing =
    path === '/api/generate' ? { response: '' } : { message: { role: 'assistant', content: '' } };
  const end = { ...base, done: true, done_reason: 'stop', ...OLLAMA_COUNTS };
  switch (path) {
    case '/api/chat':
    case '/api/generate':
      if (body['stream'] === false) return { kind: 'json', body: { ...end, ...says(TEXT) } };
      return {
        kind: 'lines',
        events: [
          ...(tool === null ? WORDS : ['']).map(
            (word) => `${JSON.stringify({ ...base, ...says(word), done: false })}\n`,
          ),
          `${JSON.stringify({ ...end, ...nothing })}\n`,
        ],
      };
    case '/api/embed':
      return {
        kind: 'json',
        body: { model: body['model'], embeddings: [[0.25, -0.5]], prompt_eval_count: 3 },
      };
    case '/api/embeddings':
      return { kind: 'json', body: { embedding: [0.25, -0.5] } };
    case '/api/tags':
      return { kind: 'json', body: { models: [{ name: 'llama-mock', model: 'llama-mock' }] } };
    case '/api/version':
      return { kind: 'json', body: { version: '0.12.0' } };
    default:
      return { kind: 'json', body: {} };
  }
}
