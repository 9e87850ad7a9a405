import { asObject, type JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatMessage,
  ChatRequest,
  ContentPart,
  ReasoningRequest,
  ToolChoice,
  ToolDefinition,
} from '../neutral.ts';
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
import { blocksOf, readBlock, readText } from './read-blocks.ts';

const FIELDS = new Set([
  ...['model', 'messages', 'max_tokens', 'system', 'stream', 'stop_sequences', 'metadata'],
  ...['temperature', 'top_p', 'top_k', 'tools', 'tool_choice', 'thinking', 'service_tier'],
  ...['output_config', 'output_format', 'cache_control', 'context_management', 'speed'],
]);

/**
 * A request for `/v1/messages` in neutral words. Throws `unsupported_field` for what no other provider
 * has (server tools, containers, citations) and `invalid_request` for what is no such request.
 */
export function readChatRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, FIELDS, '');
  refuseSpecials(place);
  const choice = readToolChoice(place);
  return {
    model: neededTextIn(place, 'model'),
    stream: flagIn(place, 'stream') ?? false,
    messages: [...readSystem(place), ...placesIn(place, 'messages').flatMap(readMessage)],
    tools: placesIn(place, 'tools').map(readTool),
    toolChoice: choice.toolChoice,
    parallelToolCalls: choice.parallel,
    maxOutputTokens: readMaxTokens(place),
    temperature: numberIn(place, 'temperature'),
    topP: numberIn(place, 'top_p'),
    topK: countIn(place, 'top_k'),
    frequencyPenalty: null,
    presencePenalty: null,
    seed: null,
    stop: readStop(place),
    choices: null,
    answerFormat: readFormat(place),
    reasoning: readReasoning(place),
    logprobs: null,
    userId: readUser(place),
    metadata: {},
    serviceTier: readTier(place),
  };
}

/** Fields that may be there as long as they ask for what happens anyway. */
function refuseSpecials(place: Place): void {
  if ((textIn(place, 'speed') ?? 'standard') !== 'standard') {
    throw unsupportedField('speed', 'fast mode is known to Anthropic alone.');
  }
  const edits = placesIn(
    { object: objectIn(place, 'context_management') ?? {}, path: 'context_management.' },
    'edits',
  );
  for (const edit of edits) {
    // Keeping all thoughts is what happens without an edit; Claude Code asks for it.
    const keepsAll =
      edit.object['type'] === 'clear_thinking_20251015' && edit.object['keep'] === 'all';
    if (!keepsAll) throw unsupportedField('context_management', 'it is known to Anthropic alone.');
  }
}

function readMaxTokens(place: Place): number | null {
  const count = countIn(place, 'max_tokens');
  if (count === 0) throw unsupportedField('max_tokens', '0 warms a cache that others lack.');
  return count;
}

function readSystem(place: Place): ChatMessage[] {
  const parts = blocksOf(place, 'system').map(readText);
  return parts.length === 0 ? [] : [{ role: 'system', name: null, parts }];
}

const MESSAGE_FIELDS = new Set(['role', 'content']);
const ROLES = ['user', 'assistant', 'system'] as const;

/** One message, or several where tool results stand beside other content: each result is one of its own. */
function readMessage(place: Place): ChatMessage[] {
  refuseUnknown(place.object, MESSAGE_FIELDS, place.path);
  const role = wordIn(place, 'role', ROLES);
  if (role === null) throw invalidField(`${place.path}role`, `one of ${ROLES.join(', ')}`);
  const read = role === 'system' ? readText : readBlock;
  const parts = blocksOf(place, 'content').map(read);
  return role === 'user' ? splitResults(parts) : [{ role, name: null, parts }];
}

function splitResults(parts: readonly ContentPart[]): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let own: ContentPart[] = [];
  const close = (): void => {
    if (own.length > 0) messages.push({ role: 'user', name: null, parts: own });
    own = [];
  };
  for (const part of parts) {
    if (part.kind === 'tool_result') {
      close();
      messages.push({ role: 'tool', name: null, parts: [part] });
    } else {
      own.push(part);
    }
  }
  close();
  return messages.length > 0 ? messages : [{ role: 'user', name: null, parts: [] }];
}

const TOOL_FIELDS = new Set([
  ...['type', 'name', 'description', 'input_schema', 'strict', 'cache_control'],
  ...['eager_input_streaming', 'allowed_callers', 'defer_loading'],
]);

function readTool(place: Place): ToolDefinition {
  const { object, path } = place;
  const type = textIn(place, 'type') ?? 'custom';
  if (type !== 'custom') {
    throw unsupportedField(`${path}type`, `"${type}" is a tool of Anthropic's own.`);
  }
  refuseUnknown(object, TOOL_FIELDS, path);
  if (flagIn(place, 'defer_loading') === true) {
    throw unsupportedField(`${path}defer_loading`, 'tool search is known to Anthropic alone.');
  }
  const callers = object['allowed_callers'] ?? ['direct'];
  if (JSON.stringify(callers) !== '["direct"]') {
    throw unsupportedField(`${path}allowed_callers`, 'only direct calls can be carried over.');
  }
  return {
    name: neededTextIn(place, 'name'),
    description: textIn(place, 'description'),
    parameters: objectIn(place, 'input_schema'),
    strict: flagIn(place, 'strict'),
  };
}

const CHOICES = ['auto', 'any', 'tool', 'none'] as const;

function readToolChoice(place: Place): {
  readonly toolChoice: ToolChoice | null;
  readonly parallel: boolean | null;
} {
  const object = objectIn(place, 'tool_choice');
  if (object === null) return { toolChoice: null, parallel: null };
  const inner = { object, path: 'tool_choice.' };
  refuseUnknown(object, new Set(['type', 'name', 'disable_parallel_tool_use']), inner.path);
  const disabled = flagIn(inner, 'disable_parallel_tool_use');
  const parallel = disabled === null ? null : !disabled;
  const type = wordIn(inner, 'type', CHOICES);
  switch (type) {
    case 'auto':
    case 'none':
      return { toolChoice: { kind: type }, parallel };
    case 'any':
      return { toolChoice: { kind: 'required' }, parallel };
    case 'tool':
      return { toolChoice: { kind: 'tool', name: neededTextIn(inner, 'name') }, parallel };
    default:
      throw invalidField('tool_choice.type', `one of ${CHOICES.join(', ')}`);
  }
}

function readStop(place: Place): readonly string[] {
  const value = place.object['stop_sequences'] ?? [];
  if (!Array.isArray(value)) throw invalidField('stop_sequences', 'a list of strings');
  return value.map((item: unknown, index) => {
    if (typeof item === 'string') return item;
    throw invalidField(`stop_sequences[${index}]`, 'a string');
  });
}

/** `output_config.format`, or `output_format` as it was called in beta. */
function readFormat(place: Place): AnswerFormat | null {
  const config = objectIn(place, 'output_config') ?? {};
  refuseUnknown(config, new Set(['format', 'effort']), 'output_config.');
  const format =
    objectIn({ object: config, path: 'output_config.' }, 'format') ??
    objectIn(place, 'output_format');
  if (format === null) return null;
  const schema = asObject(format['schema']);
  if (format['type'] !== 'json_schema' || schema === null) {
    throw invalidField('output_config.format', 'a json_schema with its schema');
  }
  return { kind: 'schema', name: null, description: null, schema, strict: null };
}

const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
const THINKING_FIELDS = new Set(['type', 'budget_tokens', 'display']);

/** Effort and thinking; `max` becomes the highest effort that others know. */
function readReasoning(place: Place): ReasoningRequest | null {
  const config = { object: objectIn(place, 'output_config') ?? {}, path: 'output_config.' };
  const asked = wordIn(config, 'effort', EFFORTS);
  const effort = asked === 'max' ? 'xhigh' : asked;
  const object = objectIn(place, 'thinking');
  if (object === null)
    return effort === null ? null : { effort, budgetTokens: null, visible: null };
  const thinking = { object, path: 'thinking.' };
  refuseUnknown(object, THINKING_FIELDS, thinking.path);
  const display = wordIn(thinking, 'display', ['summarized', 'omitted'] as const);
  const visible = display === null ? null : display === 'summarized';
  switch (object['type']) {
    case 'disabled':
      return { effort: 'none', budgetTokens: null, visible: null };
    case 'adaptive':
      return { effort, budgetTokens: null, visible };
    case 'enabled':
      return { effort, budgetTokens: countIn(thinking, 'budget_tokens'), visible };
    default:
      throw unsupportedField(
        'thinking.type',
        'enabled, adaptive and disabled can be carried over.',
      );
  }
}

function readUser(place: Place): string | null {
  const metadata = objectIn(place, 'metadata');
  if (metadata === null) return null;
  refuseUnknown(metadata, new Set(['user_id']), 'metadata.');
  return textIn({ object: metadata, path: 'metadata.' }, 'user_id');
}

function readTier(place: Place): string | null {
  const tier = wordIn(place, 'service_tier', ['auto', 'standard_only'] as const);
  return tier === 'standard_only' ? 'default' : tier;
}
