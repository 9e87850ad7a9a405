/** Replies of the mock provider in the OpenAI dialect: whole bodies and stream events. */
export type Json = Record<string, unknown>;

/** What the mock answers to a request: one body, or the events of a stream. */
export type MockReply =
  | { readonly kind: 'json'; readonly body: Json }
  | { readonly kind: 'events'; readonly events: readonly string[] }
  | { readonly kind: 'lines'; readonly events: readonly string[] }
  | { readonly kind: 'bytes'; readonly contentType: string; readonly bytes: Buffer };

export const WORDS = ['Hello', ' from', ' the', ' mock', '.'] as const;
export const TEXT = WORDS.join('');
const CREATED = 1_795_000_000;
const CHAT_USAGE = {
  prompt_tokens: 11,
  completion_tokens: 5,
  total_tokens: 16,
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 2, audio_tokens: 0 },
};
const RESPONSE_USAGE = {
  input_tokens: 11,
  input_tokens_details: { cached_tokens: 0 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 16,
};
const ARGUMENTS = '{"city":"Paris"}';
const VECTOR = [0.25, -0.5, 0.75, 1];

/** The reply of a well-behaved provider. */
export function replyTo(path: string, body: Json): MockReply {
  switch (path) {
    case '/chat/completions':
      return body['stream'] === true ? chatStream(body) : { kind: 'json', body: chat(body) };
    case '/responses':
      return body['stream'] === true
        ? responseStream(body)
        : { kind: 'json', body: response(body, 'completed') };
    case '/completions':
      return body['stream'] === true
        ? completionStream(body)
        : { kind: 'json', body: completion(body) };
    case '/embeddings':
      return { kind: 'json', body: embeddings(body) };
    case '/moderations':
      return {
        kind: 'json',
        body: { id: 'modr-1', model: 'moderation-mock', results: [{ flagged: false }] },
      };
    case '/models':
      return {
        kind: 'json',
        body: {
          object: 'list',
          data: [{ id: 'gpt-mock', object: 'model', created: CREATED, owned_by: 'mock' }],
        },
      };
    case '/audio/speech':
      return {
        kind: 'bytes',
        contentType: 'audio/mpeg',
        bytes: Buffer.from([0xff, 0xfb, 0x90, 0, 1, 2]),
      };
    case '/audio/transcriptions':
      return { kind: 'json', body: { text: 'hello' } };
    default:
      return { kind: 'json', body: { path, received: body } };
  }
}

function wantedTool(body: Json): string | null {
  const tools = Array.isArray(body['tools']) ? body['tools'] : [];
  const turns = body['messages'] ?? body['input'];
  const answered = /"role":"tool"|function_call_output/.test(JSON.stringify(turns ?? ''));
  const tool = tools.find((one) => one?.type === 'function');
  return tool === undefined || answered ? null : (tool.function?.name ?? tool.name);
}

function chat(body: Json): Json {
  const tool = wantedTool(body);
  const call = { id: 'call_1', type: 'function', function: { name: tool, arguments: ARGUMENTS } };
  const message =
    tool === null
      ? { role: 'assistant', content: TEXT, refusal: null }
      : { role: 'assistant', content: null, tool_calls: [call], refusal: null };
  const finish_reason = tool === null ? 'stop' : 'tool_calls';
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: CREATED,
    model: body['model'],
    choices: Array.from({ length: Number(body['n'] ?? 1) }, (_, index) => ({
      index,
      message,
      logprobs: null,
      finish_reason,
    })),
    usage: CHAT_USAGE,
    unknown_field: { kept: true },
  };
}

function chatStream(body: Json): MockReply {
  const usage = (body['stream_options'] as Json | undefined)?.['include_usage'] === true;
  const base = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: CREATED,
    model: body['model'],
  };
  const chunk = (delta: Json, finish_reason: string | null = null): Json => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason }],
    ...(usage && { usage: null }),
  });
  const chunks = [
    chunk({ role: 'assistant', content: '' }),
    ...deltas(body).map((delta) => chunk(delta)),
  ];
  chunks.push(chunk({}, wantedTool(body) === null ? 'stop' : 'tool_calls'));
  if (usage) chunks.push({ ...base, choices: [], usage: CHAT_USAGE });
  return { kind: 'events', events: [...chunks.map(dataEvent), 'data: [DONE]\n\n'] };
}

function deltas(body: Json): Json[] {
  const name = wantedTool(body);
  if (name === null) return WORDS.map((content) => ({ content }));
  const call = (rest: Json): Json => ({ tool_calls: [{ index: 0, ...rest }] });
  const halves = [ARGUMENTS.slice(0, 6), ARGUMENTS.slice(6)];
  return [
    call({ id: 'call_1', type: 'function', function: { name, arguments: '' } }),
    ...halves.map((half) => call({ function: { arguments: half } })),
  ];
}

function completion(body: Json): Json {
  const choices = [{ index: 0, text: TEXT, logprobs: null, finish_reason: 'stop' }];
  return {
    id: 'cmpl-1',
    object: 'text_completion',
    created: CREATED,
    model: body['model'],
    choices,
    usage: CHAT_USAGE,
  };
}

function completionStream(body: Json): MockReply {
  const usage = (body['stream_options'] as Json | undefined)?.['include_usage'] === true;
  const base = { id: 'cmpl-1', object: 'text_completion', created: CREATED, model: body['model'] };
  const chunks: Json[] = WORDS.map((text, at) => ({
    ...base,
    choices: [{ index: 0, text, finish_reason: at === WORDS.length - 1 ? 'stop' : null }],
  }));
  if (usage) chunks.push({ ...base, choices: [], usage: CHAT_USAGE });
  return { kind: 'events', events: [...chunks.map(dataEvent), 'data: [DONE]\n\n'] };
}

function item(body: Json): Json {
  const name = wantedTool(body);
  if (name !== null) {
    return {
      type: 'function_call',
      id: 'fc_1',
      call_id: 'call_1',
      name,
      arguments: ARGUMENTS,
      status: 'completed',
    };
  }
  const content = [{ type: 'output_text', text: TEXT, annotations: [], logprobs: [] }];
  return { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content };
}

function response(body: Json, status: 'completed' | 'in_progress'): Json {
  return {
    id: 'resp_1',
    object: 'response',
    created_at: CREATED,
    status,
    error: null,
    incomplete_details: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: null,
    model: body['model'],
    output: status === 'completed' ? [item(body)] : [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: body['tools'] ?? [],
    top_p: 1,
    truncation: 'disabled',
    usage: status === 'completed' ? RESPONSE_USAGE : null,
    user: null,
    metadata: {},
  };
}

function responseStream(body: Json): MockReply {
  const whole = item(body);
  const at = { output_index: 0 };
  const steps: Json[] = [
    { type: 'response.created', response: response(body, 'in_progress') },
    { type: 'response.in_progress', response: response(body, 'in_progress') },
  ];
  if (whole['type'] === 'message') {
    const part = { ...at, item_id: 'msg_1', content_index: 0 };
    const empty = { type: 'output_text', text: '', annotations: [], logprobs: [] };
    const full = { ...empty, text: TEXT };
    steps.push(
      {
        type: 'response.output_item.added',
        ...at,
        item: { ...whole, status: 'in_progress', content: [] },
      },
      { type: 'response.content_part.added', ...part, part: empty },
      ...WORDS.map((delta) => ({
        type: 'response.output_text.delta',
        ...part,
        delta,
        logprobs: [],
      })),
      { type: 'response.output_text.done', ...part, text: TEXT, logprobs: [] },
      { type: 'response.content_part.done', ...part, part: full },
    );
  } else {
    const part = { ...at, item_id: 'fc_1' };
    steps.push(
      {
        type: 'response.output_item.added',
        ...at,
        item: { ...whole, arguments: '', status: 'in_progress' },
      },
      { type: 'response.function_call_arguments.delta', ...part, delta: ARGUMENTS },
      { type: 'response.function_call_arguments.done', ...part, arguments: ARGUMENTS },
    );
  }
  steps.push(
    { type: 'response.output_item.done', ...at, item: whole },
    { type: 'response.completed', response: response(body, 'completed') },
  );
  return {
    kind: 'events',
    events: steps.map(
      (step, sequence_number) =>
        `event: ${step['type']}\ndata: ${JSON.stringify({ ...step, sequence_number })}\n\n`,
    ),
  };
}

function embeddings(body: Json): Json {
  const inputs = Array.isArray(body['input']) ? body['input'] : [body['input']];
  const floats = VECTOR.slice(0, Number(body['dimensions'] ?? VECTOR.length));
  const embedding =
    body['encoding_format'] === 'base64'
      ? Buffer.from(new Float32Array(floats).buffer).toString('base64')
      : floats;
  return {
    object: 'list',
    data: inputs.map((_, index) => ({ object: 'embedding', index, embedding })),
    model: body['model'],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  };
}

function dataEvent(chunk: Json): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
