import {
  contentText,
  countableMessage,
  hasOtherParts,
  lastUserText,
  readCaller,
  readError,
} from './content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from './define-provider.ts';
import { NO_USAGE, type ToolCall } from './exchange.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from './json.ts';
import type { StreamEvent } from './sse.ts';
import { readUsage } from './usage.ts';

/** Chat completions of OpenAI and of everything compatible with it. */
export const openaiChat = defineProvider({
  id: 'openai-chat',
  title: 'OpenAI chat completions',
  dialect: 'openai',
  operations: ['chat'],
  fromRequest,
  fromUpstream,
  fromChunks,
});

function fromRequest(body: JsonObject): ReadRequest {
  const messages = objectsOf(body['messages']);
  // `/chat` of LLM-Quality-Observer sends one `prompt` instead of messages.
  const prompt = messages.length === 0 ? asText(body['prompt']) : null;
  const tools = body['tools'] ?? body['functions'];
  return {
    ...readCaller(body),
    model: asFilledText(body['model']),
    promptText: prompt ?? lastUserText(messages),
    countable: {
      shape: 'chat',
      input:
        prompt === null
          ? messages.map(countableMessage)
          : [{ role: 'user', name: null, text: prompt }],
      tools: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : null,
      output: [],
      isCut: false,
      inputTokenIds: 0,
      hasUncountable: messages.some((message) => hasOtherParts(message['content'])),
    },
  };
}

/** One choice, as far as it is known. */
interface Choice {
  readonly index: number;
  text: string;
  refusal: string;
  reasoning: string;
  finishReason: string | null;
  readonly calls: Map<string, MutableCall>;
}

interface MutableCall {
  id: string | null;
  name: string;
  arguments: string;
}

function fromUpstream(body: JsonObject): ReadReply {
  const choices = objectsOf(body['choices']).map((item, position) => {
    const choice = emptyChoice(asCount(item['index']) ?? position);
    addToChoice(choice, asObject(item['message']) ?? {});
    choice.finishReason = asFilledText(item['finish_reason']);
    return choice;
  });
  return reply({ body, choices, usage: body['usage'], text: asText(body['response']) });
}

function fromChunks(events: readonly StreamEvent[]): ReadReply {
  const choices = new Map<number, Choice>();
  let latest: JsonObject = {};
  let usage: unknown = null;
  let errorMessage: string | null = null;
  for (const { data } of events) {
    const chunk = asObject(data);
    if (chunk === null) continue;
    errorMessage = readError(chunk) ?? errorMessage;
    if (chunk['model'] !== undefined) latest = chunk;
    usage = chunkUsage(chunk) ?? usage;
    for (const item of objectsOf(chunk['choices'])) addChunk(choices, item);
  }
  const sorted = [...choices.values()].sort((a, b) => a.index - b.index);
  return { ...reply({ body: latest, choices: sorted, usage, text: null }), errorMessage };
}

/** Where compatible servers put usage in a chunk: OpenAI, Groq, Moonshot. */
function chunkUsage(chunk: JsonObject): JsonObject | null {
  return (
    asObject(chunk['usage']) ??
    asObject(asObject(chunk['x_groq'])?.['usage']) ??
    asObject(objectsOf(chunk['choices'])[0]?.['usage'])
  );
}

const MAX_CHOICES = 128;

function addChunk(choices: Map<number, Choice>, item: JsonObject): void {
  const index = asCount(item['index']) ?? 0;
  let choice = choices.get(index);
  if (choice === undefined) {
    if (choices.size === MAX_CHOICES) return;
    choice = emptyChoice(index);
    choices.set(index, choice);
  }
  addToChoice(choice, asObject(item['delta']) ?? asObject(item['message']) ?? {});
  choice.finishReason = asFilledText(item['finish_reason']) ?? choice.finishReason;
}

function emptyChoice(index: number): Choice {
  return { index, text: '', refusal: '', reasoning: '', finishReason: null, calls: new Map() };
}

function addToChoice(choice: Choice, message: JsonObject): void {
  const audio = asObject(message['audio']);
  choice.text += contentText(message['content']) ?? asText(audio?.['transcript']) ?? '';
  choice.refusal += asText(message['refusal']) ?? '';
  choice.reasoning += asText(message['reasoning_content']) ?? asText(message['reasoning']) ?? '';
  for (const [position, call] of objectsOf(message['tool_calls']).entries()) {
    addCall(choice.calls, callKey(call, position), call);
  }
  const legacy = asObject(message['function_call']);
  if (legacy !== null) addCall(choice.calls, 'legacy', { function: legacy });
}

/** Deltas name their call by index; whole messages have ids or only an order. */
function callKey(call: JsonObject, position: number): string {
  const index = asCount(call['index']);
  return index === null ? `at ${position}` : `index ${index}`;
}

function addCall(calls: Map<string, MutableCall>, key: string, part: JsonObject): void {
  const known = calls.get(key) ?? { id: null, name: '', arguments: '' };
  const called = asObject(part['function']) ?? asObject(part['custom']);
  known.id ??= asFilledText(part['id']);
  known.name += asText(called?.['name']) ?? '';
  known.arguments += asText(called?.['arguments']) ?? asText(called?.['input']) ?? '';
  calls.set(key, known);
}

interface Parts {
  readonly body: JsonObject;
  readonly choices: readonly Choice[];
  readonly usage: unknown;
  readonly text: string | null;
}

function reply({ body, choices, usage, text }: Parts): ReadReply {
  const texts = choices
    .map((choice) => choice.text || choice.refusal)
    .filter((part) => part !== '');
  const toolCalls: ToolCall[] = choices.flatMap((choice) => [...choice.calls.values()]);
  const generated = choices.flatMap((choice) => [choice.reasoning, choice.text, choice.refusal]);
  return {
    model: asFilledText(body['model']),
    text: texts.length > 0 ? texts.join('\n\n') : text,
    finishReason: choices[0]?.finishReason ?? null,
    usage: usage === null ? NO_USAGE : readUsage(usage),
    toolCalls,
    errorMessage: readError(body),
    serviceTier: asFilledText(body['service_tier']),
    generated: [
      ...generated,
      ...toolCalls.map((call) => `${call.name}${call.arguments}`),
      text ?? '',
    ].filter((part) => part !== ''),
  };
}
