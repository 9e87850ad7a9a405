/** A client of one API: how it asks and how it reads what comes back. */
export interface DialectCaller {
  readonly name: string;
  path(model: string, stream: boolean): string;
  body(model: string, stream: boolean): object;
  readonly keyHeader: string;
  readonly streamType: RegExp;
  /** The events of a stream; throws when they cannot be read as this API has them. */
  events(stream: string): readonly Json[];
  /** The words in one event. */
  words(event: Json): string;
  /** Whether an event says that the answer is complete. */
  isEnd(event: Json): boolean;
  /** The message of an error, in an event or a whole answer; undefined where there is none. */
  error(body: Json): unknown;
  /** The words of a whole answer. */
  answer(body: Json): unknown;
}

export type Json = unknown;

/** What lies at the end of a path into a body; undefined where it leads nowhere. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[name]
        : undefined,
    value,
  );
}

function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const text = at(value, ...path);
  return typeof text === 'string' ? text : '';
}

const ASKED = 'What is a gateway worth?';

function serverSent(stream: string): Json[] {
  return stream
    .split('\n\n')
    .flatMap((event) => /^data: ?(.*)$/m.exec(event)?.[1] ?? [])
    .map((data): Json => (data === '[DONE]' ? { done: true } : JSON.parse(data)));
}

const gemini: DialectCaller = {
  name: 'Gemini',
  path: (model, stream) =>
    `/v1beta/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
  body: () => ({ contents: [{ role: 'user', parts: [{ text: ASKED }] }] }),
  keyHeader: 'x-goog-api-key',
  streamType: /^text\/event-stream/,
  events: serverSent,
  words: (event) => textAt(event, 'candidates', 0, 'content', 'parts', 0, 'text'),
  isEnd: (event) => at(event, 'candidates', 0, 'finishReason') !== undefined,
  error: (body) => at(body, 'error', 'message'),
  answer: (body) => at(body, 'candidates', 0, 'content', 'parts', 0, 'text'),
};

export const DIALECT_CALLERS: readonly DialectCaller[] = [
  {
    name: 'OpenAI chat completions',
    path: () => '/v1/chat/completions',
    body: (model, stream) => ({ model, stream, messages: [{ role: 'user', content: ASKED }] }),
    keyHeader: 'authorization',
    streamType: /^text\/event-stream/,
    events: serverSent,
    words: (event) => textAt(event, 'choices', 0, 'delta', 'content'),
    isEnd: (event) => at(event, 'done') === true,
    error: (body) => at(body, 'error', 'message'),
    answer: (body) => at(body, 'choices', 0, 'message', 'content'),
  },
  {
    name: 'Anthropic messages',
    path: () => '/v1/messages',
    body: (model, stream) => ({
      model,
      stream,
      max_tokens: 500,
      messages: [{ role: 'user', content: ASKED }],
    }),
    keyHeader: 'x-api-key',
    streamType: /^text\/event-stream/,
    events: serverSent,
    words: (event) => textAt(event, 'delta', 'text'),
    isEnd: (event) => at(event, 'type') === 'message_stop',
    error: (body) => (at(body, 'type') === 'error' ? at(body, 'error', 'message') : undefined),
    answer: (body) => at(body, 'content', 0, 'text'),
  },
  gemini,
  {
    ...gemini,
    name: 'Gemini, streams as one list',
    path: (model, stream) =>
      `/v1beta/models/${model}:${stream ? 'streamGenerateContent' : 'generateContent'}`,
    streamType: /^application\/json/,
    events: (stream) => JSON.parse(stream) as Json[],
  },
  {
    name: 'Ollama',
    path: () => '/api/chat',
    body: (model, stream) => ({ model, stream, messages: [{ role: 'user', content: ASKED }] }),
    keyHeader: 'authorization',
    streamType: /^application\/x-ndjson/,
    events: (stream) =>
      stream
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Json),
    words: (event) => textAt(event, 'message', 'content'),
    isEnd: (event) => at(event, 'done') === true,
    error: (body) => at(body, 'error'),
    answer: (body) => at(body, 'message', 'content'),
  },
];
