import type { CallParameters } from '../contract/prompts.ts';
import { AppError } from '../core/errors.ts';
import { asObject, type JsonObject } from '../providers/json.ts';
import type { CallShape } from './call-shape.ts';

type Name = keyof CallParameters;
type Fields = Readonly<Partial<Record<Name, string>>>;

/** The dialects' names for settings; where one is missing, the dialect has none. */
const OPENAI: Fields = {
  temperature: 'temperature',
  topP: 'top_p',
  stop: 'stop',
  seed: 'seed',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
};
const OLLAMA: Fields = { ...OPENAI, topK: 'top_k', maxOutputTokens: 'num_predict' };

const FIELDS: Readonly<Record<CallShape, Fields>> = {
  'openai-chat': { ...OPENAI, maxOutputTokens: 'max_completion_tokens' },
  'openai-completions': { ...OPENAI, maxOutputTokens: 'max_tokens' },
  'openai-responses': {
    temperature: 'temperature',
    topP: 'top_p',
    maxOutputTokens: 'max_output_tokens',
  },
  anthropic: {
    temperature: 'temperature',
    topP: 'top_p',
    topK: 'top_k',
    maxOutputTokens: 'max_tokens',
    stop: 'stop_sequences',
  },
  gemini: {
    temperature: 'temperature',
    topP: 'topP',
    topK: 'topK',
    maxOutputTokens: 'maxOutputTokens',
    stop: 'stopSequences',
    seed: 'seed',
    frequencyPenalty: 'frequencyPenalty',
    presencePenalty: 'presencePenalty',
  },
  'ollama-chat': OLLAMA,
  'ollama-generate': OLLAMA,
};

/** The settings that a call of this shape cannot carry. */
export function unplaceable(shape: CallShape, parameters: CallParameters): string[] {
  return entries(parameters)
    .map(([name]) => name)
    .filter((name) => FIELDS[shape][name] === undefined);
}

/** The body with these settings in place of the caller's. Throws `unsupported_field` for one the dialect lacks. */
export function replaceParameters(
  shape: CallShape,
  body: JsonObject,
  parameters: CallParameters,
): JsonObject {
  return place(shape, body, fieldsOf(shape, body, parameters));
}

/** The body with these settings where the caller set none. Throws `unsupported_field` for one the dialect lacks. */
export function defaultParameters(
  shape: CallShape,
  body: JsonObject,
  parameters: CallParameters,
): JsonObject {
  const held = holderOf(shape, body);
  const missing = fieldsOf(shape, body, parameters).filter(([field]) => held[field] === undefined);
  return place(shape, body, missing);
}

type Field = readonly [name: string, value: unknown];

function entries(parameters: CallParameters): [Name, unknown][] {
  // The keys of a parsed CallParameters are those of its schema.
  const all = Object.entries(parameters) as [Name, unknown][];
  return all.filter(([, value]) => value !== undefined);
}

function fieldsOf(shape: CallShape, body: JsonObject, parameters: CallParameters): Field[] {
  const [missing] = unplaceable(shape, parameters);
  if (missing !== undefined) {
    throw new AppError(
      'unsupported_field',
      `The prompt or experiment sets ${missing}, which this endpoint does not have.`,
      { details: { field: missing } },
    );
  }
  return entries(parameters).map(([name, value]) => [fieldName(shape, body, name), value]);
}

/** Chat calls have an older and a newer name for the same limit; the caller's choice stays. */
function fieldName(shape: CallShape, body: JsonObject, name: Name): string {
  if (shape === 'openai-chat' && name === 'maxOutputTokens' && 'max_tokens' in body) {
    return 'max_tokens';
  }
  return FIELDS[shape][name] ?? name;
}

/** Where settings lie: in the body itself, or in an object of their own. */
function holderName(shape: CallShape, body: JsonObject): string | null {
  if (shape === 'ollama-chat' || shape === 'ollama-generate') return 'options';
  if (shape !== 'gemini') return null;
  return 'generation_config' in body ? 'generation_config' : 'generationConfig';
}

function holderOf(shape: CallShape, body: JsonObject): JsonObject {
  const name = holderName(shape, body);
  return name === null ? body : (asObject(body[name]) ?? {});
}

function place(shape: CallShape, body: JsonObject, fields: readonly Field[]): JsonObject {
  if (fields.length === 0) return body;
  const name = holderName(shape, body);
  const held = { ...holderOf(shape, body), ...Object.fromEntries(fields) };
  return name === null ? held : { ...body, [name]: held };
}
