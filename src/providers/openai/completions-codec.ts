import type {
  ChatCodec,
  StreamReader,
  StreamWriter,
  StreamWriterOptions,
  WrittenRequest,
} from '../dialect.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { ChatAnswer, ChatDelta, ChatRequest, ContentPart } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { countIn, flagIn, neededTextIn, numberIn, type Place, textIn } from '../request-fields.ts';
import type { StreamEvent } from '../sse.ts';
import { readUsage } from '../usage.ts';
import { noAnswer, readFinish, writeFinish } from './chat-answer.ts';
import { PASSED_IN_CHAT } from './not-carried.ts';
import { readStop } from './read-chat-request.ts';
import { chatUsage } from './usage-body.ts';
import { openAiWire, readEventError } from './wire.ts';
import { filled } from './write-chat-request.ts';

const FIELDS: ReadonlySet<string> = new Set([
  ...PASSED_IN_CHAT,
  'model',
  'prompt',
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'n',
  'best_of',
  'echo',
  'user',
]);

/**
 * Legacy text completions: one prompt, which becomes a message of the user. A chat model answers it instead
 * of going on with it.
 */
export const completionsCodec: ChatCodec = {
  readRequest,
  writeRequest(request): WrittenRequest {
    const body = {
      model: request.model,
      prompt: onlyPrompt(request),
      ...(request.stream && { stream: true }),
      ...filled({
        max_tokens: request.maxOutputTokens,
        temperature: request.temperature,
        top_p: request.topP,
        frequency_penalty: request.frequencyPenalty,
        presence_penalty: request.presencePenalty,
        seed: request.seed,
        n: request.choices,
        user: request.userId,
      }),
      ...(request.stop.length > 0 && { stop: request.stop }),
    };
    return { path: '/completions', body, headers: {} };
  },
  readAnswer,
  writeAnswer: (answer) => writeAnswer(answer),
  streamReader: () => new CompletionReader(),
  streamWriter: (request, options) => new CompletionWriter(request, options),
};

function readRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, FIELDS, '');
  const choices = countIn(place, 'n');
  const best = countIn(place, 'best_of');
  if (best !== null && best !== (choices ?? 1)) {
    throw unsupportedField('best_of', 'the provider cannot choose the best of several answers.');
  }
  if (flagIn(place, 'echo') === true) {
    throw unsupportedField('echo', 'the provider does not repeat the prompt.');
  }
  const text = { kind: 'text' as const, text: readPrompt(body['prompt']), cache: false };
  return {
    model: neededTextIn(place, 'model'),
    stream: flagIn(place, 'stream') ?? false,
    messages: [{ role: 'user', name: null, parts: [text] }],
    tools: [],
    toolChoice: null,
    parallelToolCalls: null,
    maxOutputTokens: countIn(place, 'max_tokens'),
    temperature: numberIn(place, 'temperature'),
    topP: numberIn(place, 'top_p'),
    topK: null,
    frequencyPenalty: numberIn(place, 'frequency_penalty'),
    presencePenalty: numberIn(place, 'presence_penalty'),
    seed: numberIn(place, 'seed'),
    stop: readStop(place),
    choices,
    answerFormat: null,
    reasoning: null,
    logprobs: null,
    userId: textIn(place, 'user'),
    metadata: {},
    serviceTier: null,
  };
}

function readPrompt(prompt: unknown): string {
  const [only, ...more]: readonly unknown[] = Array.isArray(prompt) ? prompt : [prompt];
  if (typeof only === 'string' && more.length === 0) return only;
  if (typeof only === 'string') {
    throw unsupportedField('prompt', 'the provider answers one prompt at a time.');
  }
  if (typeof only === 'number' || Array.isArray(only)) {
    throw unsupportedField('prompt', 'ids of tokens mean nothing to another model.');
  }
  throw invalidField('prompt', 'a string');
}

function onlyPrompt({ messages, tools }: ChatRequest): string {
  const [message, ...more] = messages;
  const [part, ...others] = message?.parts ?? [];
  if (message?.role !== 'user' || part?.kind !== 'text' || more.length + others.length > 0) {
    throw unsupportedField('messages', 'a single prompt is all that can be completed.');
  }
  if (tools.length > 0) throw unsupportedField('tools', 'only chats have tools.');
  return part.text;
}

function readAnswer(body: JsonObject): ChatAnswer {
  const choices = objectsOf(body['choices']);
  if (choices.length === 0) throw noAnswer(body);
  return {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    createdAt: asCount(body['created']),
    choices: choices.map((choice, position) => {
      const text = asText(choice['text']) ?? '';
      const reason = asFilledText(choice['finish_reason']);
      return {
        index: asCount(choice['index']) ?? position,
        parts: text === '' ? [] : [{ kind: 'text', text, cache: false }],
        finishReason: reason === null ? null : readFinish(reason, false),
        stopSequence: null,
      };
    }),
    usage: readUsage(body['usage']),
    serviceTier: asFilledText(body['service_tier']),
  };
}

/** Thoughts have no place in a completion; a refusal is its text. */
function writeAnswer(answer: ChatAnswer): JsonObject {
  const usage = chatUsage(answer.usage);
  return {
    id: answer.id,
    object: 'text_completion',
    created: answer.createdAt ?? 0,
    model: answer.model,
    choices: answer.choices.map(({ index, parts, finishReason }) => ({
      index,
      text: wordsOf(parts),
      logprobs: null,
      finish_reason: finishReason === null ? null : writeFinish(finishReason, true),
    })),
    ...(usage !== undefined && { usage }),
  };
}

function wordsOf(parts: readonly ContentPart[]): string {
  return parts
    .flatMap((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : []))
    .join('');
}

class CompletionReader implements StreamReader {
  #started = false;
  #usage: ChatDelta | null = null;

  push({ data }: StreamEvent): readonly ChatDelta[] {
    const chunk = asObject(data);
    if (chunk === null) return [];
    const error = readEventError(chunk);
    if (error !== null) return [{ kind: 'error', error }];
    const usage = readUsage(chunk['usage']);
    if (usage.source !== null) this.#usage = { kind: 'usage', usage, serviceTier: null };
    return [...this.#start(chunk), ...objectsOf(chunk['choices']).flatMap(stepsOf)];
  }

  end(): readonly ChatDelta[] {
    return this.#usage === null ? [] : [this.#usage];
  }

  #start(chunk: JsonObject): ChatDelta[] {
    if (this.#started || !Array.isArray(chunk['choices'])) return [];
    this.#started = true;
    return [{ kind: 'start', id: asText(chunk['id']) ?? '', model: asText(chunk['model']) ?? '' }];
  }
}

function stepsOf(item: JsonObject): ChatDelta[] {
  const choice = asCount(item['index']) ?? 0;
  const text = asText(item['text']) ?? '';
  const reason = asFilledText(item['finish_reason']);
  const steps: ChatDelta[] = text === '' ? [] : [{ kind: 'text', choice, text }];
  if (reason !== null) {
    const told = readFinish(reason, false);
    steps.push({ kind: 'finish', choice, reason: told, stopSequence: null });
  }
  return steps;
}

class CompletionWriter implements StreamWriter {
  readonly #options: StreamWriterOptions;
  #head: JsonObject;
  #usage: Extract<ChatDelta, { kind: 'usage' }> | null = null;

  constructor(request: ChatRequest, options: StreamWriterOptions) {
    this.#options = options;
    this.#head = this.#headOf('', request.model);
  }

  write(delta: ChatDelta): string {
    switch (delta.kind) {
      case 'start':
        this.#head = this.#headOf(delta.id, delta.model);
        return '';
      case 'usage':
        this.#usage = delta;
        return '';
      case 'error':
        return openAiWire.errorEvent(delta.error, 'completions');
      case 'text':
      case 'refusal':
        return this.#chunk(delta.choice, delta.text, null);
      case 'finish':
        return this.#chunk(delta.choice, '', writeFinish(delta.reason, true));
      default:
        return '';
    }
  }

  end(): string {
    const usage = this.#usage === null ? undefined : chatUsage(this.#usage.usage);
    const asked = this.#options.includeUsage && usage !== undefined;
    const last = asked ? event({ ...this.#head, choices: [], usage }) : '';
    return `${last}data: [DONE]\n\n`;
  }

  #headOf(id: string, model: string): JsonObject {
    return { id, object: 'text_completion', created: this.#options.createdAt, model };
  }

  #chunk(index: number, text: string, finish_reason: string | null): string {
    return event({ ...this.#head, choices: [{ index, text, logprobs: null, finish_reason }] });
  }
}

function event(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
