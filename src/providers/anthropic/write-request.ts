import type { WrittenRequest } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type { AnswerFormat, ChatRequest, ToolDefinition } from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { type ModelTraits, modelTraits } from './model-traits.ts';
import { type WrittenMessages, writeMessages } from './write-messages.ts';
import { writeReasoning } from './write-reasoning.ts';

/** The newest version that still takes temperature, top_p and top_k (2026-10-21 removed them). */
const API_VERSION = '2023-06-01';

/**
 * A request for `/v1/messages`; base URLs of providers end before `/v1`, as in Anthropic's own clients.
 * `max_tokens` is required: without a limit of the caller's it is the most the model generates
 * (`modelTraits`). Labels (`metadata`) are left out: they are on record here and no part of the call.
 * Throws `unsupported_field` in the words of OpenAI, which all callers' dialects share or resemble.
 */
export function writeChatRequest(request: ChatRequest): WrittenRequest {
  refuseMissing(request);
  const traits = modelTraits(request.model);
  const maxTokens = request.maxOutputTokens ?? traits.maxOutputTokens;
  const { system, messages } = writeMessages(request.messages, request.model);
  const body = {
    model: request.model,
    max_tokens: maxTokens,
    system: request.answerFormat?.kind === 'json' ? withJsonMode(system) : system,
    messages,
    tools: request.tools.length === 0 ? null : request.tools.map(writeTool),
    tool_choice: writeToolChoice(request),
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    stop_sequences: request.stop.length === 0 ? null : request.stop,
    metadata: request.userId === null ? null : { user_id: request.userId },
    service_tier: writeTier(request.serviceTier),
    thinking: null,
    ...writeThinking(request, traits, maxTokens),
    stream: request.stream ? true : null,
  };
  return {
    path: '/v1/messages',
    body: withoutNulls(body),
    headers: { 'anthropic-version': API_VERSION },
  };
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

/** What Anthropic lacks. Values that ask for what happens anyway pass. */
function refuseMissing(request: ChatRequest): void {
  const { frequencyPenalty, presencePenalty, seed, logprobs, choices, temperature } = request;
  if ((frequencyPenalty ?? 0) !== 0) throw lacking('frequency_penalty');
  if ((presencePenalty ?? 0) !== 0) throw lacking('presence_penalty');
  if (seed !== null) throw lacking('seed');
  if (logprobs !== null) throw lacking('logprobs');
  if ((choices ?? 1) !== 1) throw unsupportedField('n', 'Anthropic gives one answer a call.');
  if (temperature !== null && (temperature < 0 || temperature > 1)) {
    throw unsupportedField('temperature', 'Anthropic takes 0 to 1.');
  }
  if (request.stop.some((sequence) => sequence.trim() === '')) {
    throw unsupportedField('stop', 'Anthropic takes no stop sequences of white space alone.');
  }
}

function lacking(field: string): Error {
  return unsupportedField(field, 'Anthropic has nothing like it.');
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  return {
    name,
    ...(description === null ? {} : { description }),
    input_schema: { type: 'object', ...(parameters ?? { properties: {} }) },
    ...(strict === null ? {} : { strict }),
  };
}

/** A choice without tools means nothing; Anthropic would refuse it. */
function writeToolChoice({ tools, toolChoice, parallelToolCalls }: ChatRequest): JsonObject | null {
  const kind = toolChoice?.kind ?? 'auto';
  const isSaid = toolChoice !== null || parallelToolCalls !== null;
  if (!isSaid || (tools.length === 0 && (kind === 'auto' || kind === 'none'))) return null;
  if (kind === 'none') return { type: 'none' };
  return {
    type: kind === 'required' ? 'any' : kind,
    ...(toolChoice?.kind === 'tool' ? { name: toolChoice.name } : {}),
    ...(parallelToolCalls === null ? {} : { disable_parallel_tool_use: !parallelToolCalls }),
  };
}

const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'standard_only',
  standard: 'standard_only',
};

function writeTier(tier: string | null): string | null {
  if (tier === null) return null;
  const written = TIERS[tier];
  if (written === undefined) throw unsupportedField('service_tier', `Anthropic has no "${tier}".`);
  return written;
}

/** `thinking` and `output_config`, which hold effort, budget and the form of the answer. */
function writeThinking(
  { reasoning, answerFormat, model }: ChatRequest,
  traits: ModelTraits,
  maxTokens: number,
): JsonObject {
  const format = answerFormat?.kind !== 'schema' ? null : writeFormat(answerFormat, model, traits);
  const asked = reasoning === null ? {} : writeReasoning(reasoning, traits, maxTokens);
  const config = { ...(asked.effort === undefined ? {} : { effort: asked.effort }), ...format };
  return {
    thinking: asked.thinking ?? null,
    output_config: Object.keys(config).length === 0 ? null : config,
  };
}

type SchemaFormat = Extract<AnswerFormat, { kind: 'schema' }>;

const JSON_ONLY =
  'Answer with one JSON object and nothing else: no words around it, no code fence.';

/**
 * Anthropic has no JSON mode without a schema. The mode asks callers to tell the model that it has to
 * write JSON; here the system prompt says so too, which is a strong wish and no guarantee.
 */
function withJsonMode(system: WrittenMessages['system']): WrittenMessages['system'] {
  if (system === null) return JSON_ONLY;
  const blocks = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  return [...blocks, { type: 'text', text: JSON_ONLY }];
}

/**
 * The native field for schemas; forcing a tool call instead would change the conversation. The schema's
 * name is for the caller alone.
 */
function writeFormat(format: SchemaFormat, model: string, { schemas }: ModelTraits): JsonObject {
  if (!schemas) throw unsupportedField('response_format', `${model} takes no JSON schema.`);
  const { schema, description } = format;
  const described =
    description === null || schema['description'] !== undefined
      ? schema
      : { ...schema, description };
  return { format: { type: 'json_schema', schema: described } };
}
