import {
  contentText,
  countableText,
  hasOtherParts,
  lastUserText,
  readCaller,
  readError,
} from './content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from './define-provider.ts';
import type { CountableMessage, ToolCall } from './exchange.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from './json.ts';
import type { StreamEvent } from './sse.ts';
import { readUsage } from './usage.ts';

/** The Responses API: items instead of messages, typed events instead of deltas. */
export const openaiResponses = defineProvider({
  id: 'openai-responses',
  title: 'OpenAI responses',
  dialect: 'openai',
  operations: ['responses'],
  fromRequest,
  fromUpstream,
  fromChunks,
});

function fromRequest(body: JsonObject): ReadRequest {
  const caller = readCaller(body);
  const input = body['input'];
  const items = objectsOf(input);
  const instructions = asFilledText(body['instructions']);
  const conversation =
    asFilledText(body['conversation']) ?? asFilledText(asObject(body['conversation'])?.['id']);
  const inputMessages: CountableMessage[] =
    typeof input === 'string'
      ? [{ role: 'user', name: null, text: input }]
      : items.map(countableItem);
  const tools = body['tools'];
  return {
    ...caller,
    sessionId: caller.sessionId ?? conversation,
    model: asFilledText(body['model']),
    promptText: asText(input) ?? lastUserText(items) ?? lastOutputText(items),
    countable: {
      shape: 'chat',
      input:
        instructions === null
          ? inputMessages
          : [{ role: 'system', name: null, text: instructions }, ...inputMessages],
      tools: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : null,
      output: [],
      isCut: false,
      inputTokenIds: 0,
      hasUncountable:
        asFilledText(body['previous_response_id']) !== null ||
        conversation !== null ||
        items.some((item) => hasOtherParts(item['content'])),
    },
  };
}

function countableItem(item: JsonObject): CountableMessage {
  const texts = [
    countableText(item['content']),
    `${asText(item['name']) ?? ''}${asText(item['arguments']) ?? ''}`,
    countableText(item['output']),
  ];
  return {
    role: asText(item['role']) ?? 'tool',
    name: null,
    text: texts.filter((text) => text !== '').join('\n'),
  };
}

/** A turn that only carries tool results back has no user message. */
function lastOutputText(items: readonly JsonObject[]): string | null {
  const last = items.findLast((item) => contentText(item['output']) !== null);
  return last === undefined ? null : contentText(last['output']);
}

function fromUpstream(body: JsonObject): ReadReply {
  const output = objectsOf(body['output']);
  const toolCalls = output.flatMap(readCall);
  const texts = output.flatMap((item) =>
    item['type'] === 'message' ? (contentText(item['content']) ?? []) : [],
  );
  const reasoning = output.flatMap((item) =>
    item['type'] === 'reasoning'
      ? [contentText(item['summary']) ?? '', contentText(item['content']) ?? '']
      : [],
  );
  return {
    model: asFilledText(body['model']),
    text: texts.length === 0 ? asFilledText(body['output_text']) : texts.join('\n\n'),
    finishReason: finishReason(body, toolCalls),
    usage: readUsage(body['usage']),
    toolCalls,
    errorMessage: readError(body),
    serviceTier: asFilledText(body['service_tier']),
    generated: [
      ...reasoning,
      ...texts,
      ...toolCalls.map((call) => `${call.name}${call.arguments}`),
    ].filter((part) => part !== ''),
  };
}

const CALL_TYPES: readonly unknown[] = ['function_call', 'custom_tool_call', 'mcp_call'];

function readCall(item: JsonObject): ToolCall | [] {
  if (!CALL_TYPES.includes(item['type'])) return [];
  return {
    id: asFilledText(item['call_id']) ?? asFilledText(item['id']),
    name: asText(item['name']) ?? '',
    arguments: asText(item['arguments']) ?? asText(item['input']) ?? '',
  };
}

/** In the words of chat completions, so that one evaluator rule fits both. */
function finishReason(body: JsonObject, calls: readonly ToolCall[]): string | null {
  switch (body['status']) {
    case 'completed':
      return calls.length > 0 ? 'tool_calls' : 'stop';
    case 'incomplete': {
      const reason = asFilledText(asObject(body['incomplete_details'])?.['reason']);
      return reason === 'max_output_tokens' ? 'length' : (reason ?? 'incomplete');
    }
    case 'failed':
      return 'error';
    case 'cancelled':
      return 'cancelled';
    default:
      return null;
  }
}

const FINAL_EVENTS: readonly unknown[] = [
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
];

/** A streamed text or call that is still being assembled. */
interface OpenItem {
  type: 'message' | 'reasoning' | 'call';
  text: string;
  name: string;
  callId: string | null;
}

interface StreamState {
  readonly items: Map<string, OpenItem>;
  latest: JsonObject;
  final: JsonObject | null;
  errorMessage: string | null;
}

/**
 * The final event holds the whole response; when the stream was cut before it, the answer is what
 * the deltas add up to.
 */
function fromChunks(events: readonly StreamEvent[]): ReadReply {
  const state: StreamState = { items: new Map(), latest: {}, final: null, errorMessage: null };
  for (const { event, data } of events) {
    const object = asObject(data);
    if (object !== null) addEvent(state, asFilledText(object['type']) ?? event, object);
  }
  const assembled = fromUpstream({ ...state.latest, output: assemble(state.items) });
  if (state.final === null)
    return { ...assembled, errorMessage: state.errorMessage ?? assembled.errorMessage };
  const whole = fromUpstream(state.final);
  return {
    ...whole,
    text: whole.text ?? assembled.text,
    toolCalls: whole.toolCalls.length > 0 ? whole.toolCalls : assembled.toolCalls,
    generated: whole.generated.length > 0 ? whole.generated : assembled.generated,
    errorMessage: whole.errorMessage ?? state.errorMessage,
  };
}

function addEvent(state: StreamState, type: string | null, data: JsonObject): void {
  const response = asObject(data['response']);
  if (response !== null) state.latest = response;
  if (response !== null && FINAL_EVENTS.includes(type)) state.final = response;
  if (type === 'error' || data['error'] !== undefined) {
    state.errorMessage = readError(data) ?? asFilledText(data['message']) ?? state.errorMessage;
  }
  if (type === 'response.output_item.added') openItem(state.items, data);
  const delta = asText(data['delta']);
  if (delta !== null && type !== null) addDelta(state.items, { type, delta, data });
}

function openItem(items: Map<string, OpenItem>, data: JsonObject): void {
  const item = asObject(data['item']);
  if (item === null || !CALL_TYPES.includes(item['type'])) return;
  items.set(itemKey(data, 'call'), {
    type: 'call',
    text: '',
    name: asText(item['name']) ?? '',
    callId: asFilledText(item['call_id']),
  });
}

/** Which kind of output a delta event adds to; other deltas (audio bytes, …) are left out. */
const DELTA_KINDS: Readonly<Record<string, OpenItem['type']>> = {
  'response.output_text.delta': 'message',
  'response.refusal.delta': 'message',
  'response.audio_transcript.delta': 'message',
  'response.output_audio_transcript.delta': 'message',
  'response.reasoning_text.delta': 'reasoning',
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.function_call_arguments.delta': 'call',
  'response.custom_tool_call_input.delta': 'call',
};

function addDelta(
  items: Map<string, OpenItem>,
  { type, delta, data }: { type: string; delta: string; data: JsonObject },
): void {
  const kind = DELTA_KINDS[type];
  if (kind === undefined) return;
  const key = itemKey(data, kind);
  const item = items.get(key) ?? { type: kind, text: '', name: '', callId: null };
  item.text += delta;
  items.set(key, item);
}

function itemKey(data: JsonObject, kind: OpenItem['type']): string {
  const part = kind === 'call' ? 0 : (asCount(data['content_index']) ?? 0);
  return `${asCount(data['output_index']) ?? 0}/${part}/${kind}`;
}

function assemble(items: ReadonlyMap<string, OpenItem>): JsonObject[] {
  return [...items.values()].map((item) =>
    item.type === 'call'
      ? { type: 'function_call', call_id: item.callId, name: item.name, arguments: item.text }
      : { type: item.type, content: item.text },
  );
}
