import { asObject, type JsonObject } from '../json.ts';
import type { AnswerFormat, ChatRequest, ToolChoice, ToolDefinition } from '../neutral.ts';
import { invalidField, refuseUnknown, unsupportedField } from '../refuse-field.ts';
import { flagIn, neededTextIn, objectIn, type Place, textIn } from '../request-fields.ts';

const FUNCTION_FIELDS = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const WORDS = ['auto', 'none', 'required'] as const;

/** A function as both APIs describe it: chat completions below `function`, the Responses API flat. */
export function readFunction(place: Place): ToolDefinition {
  refuseUnknown(place.object, FUNCTION_FIELDS, place.path);
  return {
    name: neededTextIn(place, 'name'),
    description: textIn(place, 'description'),
    parameters: objectIn(place, 'parameters'),
    strict: flagIn(place, 'strict'),
  };
}

/** Refuses tools that run at the provider, by their place. */
export function refuseOtherTools(place: Place): void {
  const type = neededTextIn(place, 'type');
  if (type === 'function') return;
  throw unsupportedField(
    `${place.path}type`,
    `tools of the type "${type}" cannot be carried over.`,
  );
}

/** `auto`, `none`, `required`, or one function, named below `function` or flat. */
export function readToolChoice(value: unknown): ToolChoice | null {
  if (value === null || value === undefined) return null;
  const word = WORDS.find((one) => one === value);
  if (word !== undefined) return { kind: word };
  const object = asObject(value);
  if (object === null) throw invalidField('tool_choice', 'a word or an object');
  if (object['type'] !== 'function') {
    throw unsupportedField('tool_choice', 'only a function can be chosen.');
  }
  const named = asObject(object['function']) ?? object;
  return { kind: 'tool', name: neededTextIn({ object: named, path: 'tool_choice.' }, 'name') };
}

/** The fields of a request about tools that both APIs share. */
export function toolFields({ parallelToolCalls, toolChoice }: ChatRequest): JsonObject {
  return {
    ...(parallelToolCalls !== null && { parallel_tool_calls: parallelToolCalls }),
    ...(toolChoice !== null && toolChoice.kind !== 'tool' && { tool_choice: toolChoice.kind }),
  };
}

const FORMAT_FIELDS = new Set(['type', 'name', 'description', 'schema', 'strict']);

/** The format of an answer: `place` holds the type, `schema` the rest (below it in chat completions). */
export function readFormat(place: Place, schema: Place): AnswerFormat | null {
  const type = neededTextIn(place, 'type');
  switch (type) {
    case 'text':
      return null;
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema': {
      refuseUnknown(schema.object, FORMAT_FIELDS, schema.path);
      const found = objectIn(schema, 'schema');
      if (found === null) throw invalidField(`${schema.path}schema`, 'an object');
      return {
        kind: 'schema',
        name: textIn(schema, 'name'),
        description: textIn(schema, 'description'),
        schema: found,
        strict: flagIn(schema, 'strict'),
      };
    }
    default:
      throw unsupportedField(`${place.path}type`, `the format "${type}" cannot be carried over.`);
  }
}

/** A schema as both APIs write it. OpenAI wants a name. */
export function schemaFields(format: Extract<AnswerFormat, { kind: 'schema' }>): JsonObject {
  return {
    name: format.name ?? 'answer',
    ...(format.description !== null && { description: format.description }),
    schema: format.schema,
    ...(format.strict !== null && { strict: format.strict }),
  };
}

/**
 * Where Google's OpenAI-compatible API keeps the signature of a tool call; clients that send whole
 * messages back bring it along.
 */
export function signatureIn(call: JsonObject): string | null {
  const google = asObject(asObject(call['extra_content'])?.['google']);
  const signature = google?.['thought_signature'];
  return typeof signature === 'string' ? signature : null;
}

export function signatureFields(signature: string | null): JsonObject {
  return signature === null ? {} : { extra_content: { google: { thought_signature: signature } } };
}
