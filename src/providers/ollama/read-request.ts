import type { JsonObject } from '../json.ts';
import type { AnswerFormat, ChatRequest, ReasoningRequest, ToolDefinition } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import {
  countIn,
  flagIn,
  neededTextIn,
  numberIn,
  objectIn,
  type Place,
  placesIn,
  textIn,
} from '../request-fields.ts';
import { MACHINE_FIELDS, MACHINE_OPTIONS } from './not-carried.ts';
import { readImages, readMessages } from './read-messages.ts';

const SHARED = [
  ...MACHINE_FIELDS,
  'model',
  'stream',
  'format',
  'options',
  'think',
  'logprobs',
  'top_logprobs',
];
const CHAT_FIELDS: ReadonlySet<string> = new Set([...SHARED, 'messages', 'tools']);
const GENERATE_FIELDS: ReadonlySet<string> = new Set([
  ...SHARED,
  'prompt',
  'system',
  'images',
  'raw',
]);

/**
 * A request of `/api/chat`. Throws AppError `unsupported_field` for what has no neutral word and
 * `invalid_request` for what is no such request.
 */
export function readChatRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, CHAT_FIELDS, '');
  return {
    ...readShared(place),
    messages: readMessages(placesIn(place, 'messages')),
    tools: placesIn(place, 'tools').map(readTool),
  };
}

/** A request of `/api/generate`: one prompt, which becomes a message of the user. */
export function readGenerateRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, GENERATE_FIELDS, '');
  if (flagIn(place, 'raw') === true) {
    throw unsupportedField('raw', 'the provider always uses its own template.');
  }
  const system = textIn(place, 'system');
  const prompt = textIn(place, 'prompt') ?? '';
  const text = { kind: 'text' as const, text: prompt, cache: false };
  const images = readImages(place);
  const user = { role: 'user' as const, name: null };
  return {
    ...readShared(place),
    messages: [
      ...(system === null || system === ''
        ? []
        : [{ ...user, role: 'system' as const, parts: [{ ...text, text: system }] }]),
      { ...user, parts: prompt === '' && images.length > 0 ? images : [text, ...images] },
    ],
    tools: [],
  };
}

function readShared(place: Place): Omit<ChatRequest, 'messages' | 'tools'> {
  return {
    model: neededTextIn(place, 'model'),
    stream: flagIn(place, 'stream') ?? true,
    toolChoice: null,
    parallelToolCalls: null,
    ...readOptions(objectIn(place, 'options') ?? {}),
    choices: null,
    answerFormat: readFormat(place),
    reasoning: readThink(place),
    logprobs: flagIn(place, 'logprobs') === true ? (countIn(place, 'top_logprobs') ?? 0) : null,
    userId: null,
    metadata: {},
    serviceTier: null,
  };
}

const TOOL_FIELDS = new Set(['type', 'function']);
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters', 'strict']);

function readTool(place: Place): ToolDefinition {
  refuseUnknown(place.object, TOOL_FIELDS, place.path);
  const object = objectIn(place, 'function');
  if (object === null) throw invalidField(`${place.path}function`, 'an object');
  const at = { object, path: `${place.path}function.` };
  refuseUnknown(object, FUNCTION_FIELDS, at.path);
  return {
    name: neededTextIn(at, 'name'),
    description: textIn(at, 'description'),
    parameters: objectIn(at, 'parameters'),
    strict: flagIn(at, 'strict'),
  };
}

const OPTIONS: ReadonlySet<string> = new Set([
  ...MACHINE_OPTIONS,
  'temperature',
  'top_p',
  'top_k',
  'seed',
  'num_predict',
  'stop',
  'frequency_penalty',
  'presence_penalty',
]);

type ReadOptions = Pick<
  ChatRequest,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'seed'
  | 'stop'
>;

function readOptions(object: JsonObject): ReadOptions {
  const place: Place = { object, path: 'options.' };
  refuseUnknown(object, OPTIONS, place.path);
  const most = numberIn(place, 'num_predict');
  return {
    // Negative numbers ask for no limit.
    maxOutputTokens: most === null || most < 0 ? null : countIn(place, 'num_predict'),
    temperature: numberIn(place, 'temperature'),
    topP: numberIn(place, 'top_p'),
    topK: countIn(place, 'top_k'),
    frequencyPenalty: numberIn(place, 'frequency_penalty'),
    presencePenalty: numberIn(place, 'presence_penalty'),
    seed: numberIn(place, 'seed'),
    stop: readStop(place),
  };
}

function readStop({ object, path }: Place): readonly string[] {
  const stop = object['stop'] ?? [];
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every((one) => typeof one === 'string')) return stop;
  throw invalidField(`${path}stop`, 'a list of strings');
}

function readFormat(place: Place): AnswerFormat | null {
  const format = place.object['format'] ?? '';
  if (format === '') return null;
  if (format === 'json') return { kind: 'json' };
  if (typeof format === 'string') throw invalidField('format', '"json" or a JSON Schema');
  const schema = objectIn(place, 'format');
  return schema === null
    ? null
    : { kind: 'schema', name: null, description: null, schema, strict: null };
}

const LEVELS = ['low', 'medium', 'high'] as const;

/** `think` is a switch or, for some models, a level. */
function readThink(place: Place): ReasoningRequest | null {
  const think = place.object['think'] ?? null;
  if (think === null) return null;
  if (think === true) return { effort: null, budgetTokens: null, visible: true };
  if (think === false) return { effort: 'none', budgetTokens: null, visible: null };
  const effort = LEVELS.find((level) => level === think);
  if (effort === undefined) throw invalidField('think', 'true, false, low, medium or high');
  return { effort, budgetTokens: null, visible: null };
}
