import { asObject, type JsonObject } from '../json.ts';
import type { AnswerFormat, ChatMessage, ChatRequest, ToolDefinition } from '../neutral.ts';
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
  wordIn,
} from '../request-fields.ts';
import { PASSED_IN_CHAT } from './not-carried.ts';
import { readChatMessage } from './read-chat-message.ts';
import { EFFORTS } from './reasoning.ts';
import { readFormat, readFunction, readToolChoice, refuseOtherTools } from './tools.ts';

const FIELDS: ReadonlySet<string> = new Set([
  ...PASSED_IN_CHAT,
  'model',
  'messages',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_completion_tokens',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'n',
  'response_format',
  'reasoning_effort',
  'logprobs',
  'top_logprobs',
  'modalities',
  'user',
  'safety_identifier',
  'service_tier',
]);

/**
 * A chat completion's request in neutral words. Throws AppError `unsupported_field` for what has none and
 * `invalid_request` for what is no chat completion.
 */
export function readChatRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, FIELDS, '');
  refuseOtherModalities(place);
  refuseWebSearch(place);
  const effort = wordIn(place, 'reasoning_effort', EFFORTS);
  return {
    model: neededTextIn(place, 'model'),
    stream: flagIn(place, 'stream') ?? false,
    messages: readMessages(place),
    tools: placesIn(place, 'tools').map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: flagIn(place, 'parallel_tool_calls'),
    maxOutputTokens: countIn(place, 'max_completion_tokens') ?? countIn(place, 'max_tokens'),
    temperature: numberIn(place, 'temperature'),
    topP: numberIn(place, 'top_p'),
    topK: countIn(place, 'top_k'),
    frequencyPenalty: numberIn(place, 'frequency_penalty'),
    presencePenalty: numberIn(place, 'presence_penalty'),
    seed: numberIn(place, 'seed'),
    stop: readStop(place),
    choices: countIn(place, 'n'),
    answerFormat: readResponseFormat(place),
    reasoning: effort === null ? null : { effort, budgetTokens: null, visible: null },
    logprobs: readLogprobs(place),
    userId: textIn(place, 'user') ?? textIn(place, 'safety_identifier'),
    metadata: readMetadata(place),
    serviceTier: textIn(place, 'service_tier'),
  };
}

function readMessages(place: Place): ChatMessage[] {
  const messages = placesIn(place, 'messages').map(readChatMessage);
  if (messages.length === 0) throw invalidField('messages', 'a list of messages');
  return messages;
}

function readTool(place: Place): ToolDefinition {
  refuseOtherTools(place);
  const object = objectIn(place, 'function');
  if (object === null) throw invalidField(`${place.path}function`, 'an object');
  return readFunction({ object, path: `${place.path}function.` });
}

/** Where the answer stops: one text or several. */
export function readStop(place: Place): readonly string[] {
  const stop = place.object['stop'] ?? [];
  if (typeof stop === 'string') return [stop];
  if (Array.isArray(stop) && stop.every((one) => typeof one === 'string')) return stop;
  throw invalidField('stop', 'a string or a list of strings');
}

function readResponseFormat(place: Place): AnswerFormat | null {
  const object = objectIn(place, 'response_format');
  if (object === null) return null;
  const path = 'response_format.';
  const schema = asObject(object['json_schema']) ?? {};
  return readFormat({ object, path }, { object: schema, path: `${path}json_schema.` });
}

/** The body's metadata as both APIs have it. Throws `invalid_request` unless all values are text. */
export function readMetadata(place: Place): Readonly<Record<string, string>> {
  const entries = Object.entries(objectIn(place, 'metadata') ?? {});
  return Object.fromEntries(
    entries.map(([name, value]): [string, string] => {
      if (typeof value !== 'string') throw invalidField(`metadata.${name}`, 'a string');
      return [name, value];
    }),
  );
}

/** How many alternatives of each token are asked for; null where no probabilities are. */
function readLogprobs(place: Place): number | null {
  const alternatives = countIn(place, 'top_logprobs');
  if (flagIn(place, 'logprobs') === true) return alternatives ?? 0;
  return alternatives === 0 ? null : alternatives;
}

/** `{}` is its usual form and switches the search on, so it does say something. */
function refuseWebSearch({ object }: Place): void {
  if ((object['web_search_options'] ?? null) === null) return;
  throw unsupportedField('web_search_options', 'the provider cannot search the web for it.');
}

function refuseOtherModalities({ object }: Place): void {
  const modalities = object['modalities'] ?? ['text'];
  if (Array.isArray(modalities) && modalities.every((one) => one === 'text')) return;
  throw unsupportedField('modalities', 'only text can be answered by the provider.');
}
