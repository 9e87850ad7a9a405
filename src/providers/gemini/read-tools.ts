import { asObject, asText, type JsonObject } from '../json.ts';
import type { ToolChoice, ToolDefinition } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';
import {
  flagIn,
  neededTextIn,
  objectIn,
  type Place,
  placesIn,
  textIn,
  wordIn,
} from '../request-fields.ts';
import { fieldsOf } from './fields.ts';
import { schemaFromGemini } from './schema.ts';

const TOOL: ReadonlySet<string> = new Set(['functionDeclarations']);
const DECLARATION: ReadonlySet<string> = new Set([
  'name',
  'description',
  'parameters',
  'parametersJsonSchema',
  'behavior',
]);
const TOOL_CONFIG: ReadonlySet<string> = new Set(['functionCallingConfig']);
const CALLING: ReadonlySet<string> = new Set([
  'mode',
  'allowedFunctionNames',
  'streamFunctionCallArguments',
]);
const MODES = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'] as const;

/** The declared functions. Tools that run at Google's (search, code) are refused by name. */
export function readTools(tools: readonly Place[]): ToolDefinition[] {
  return tools.flatMap((place) =>
    placesIn(fieldsOf(place, TOOL), 'functionDeclarations').map(readDeclaration),
  );
}

function readDeclaration(place: Place): ToolDefinition {
  const declaration = fieldsOf(place, DECLARATION);
  const behavior = textIn(declaration, 'behavior');
  if (behavior === 'NON_BLOCKING') {
    throw unsupportedField(`${place.path}behavior`, 'only Gemini can go on while a function runs.');
  }
  const openApi = objectIn(declaration, 'parameters');
  return {
    name: neededTextIn(declaration, 'name'),
    description: textIn(declaration, 'description'),
    parameters:
      openApi === null ? objectIn(declaration, 'parametersJsonSchema') : schemaFromGemini(openApi),
    strict: null,
  };
}

/** What a request says about the use of its tools. */
export interface ToolUse {
  readonly toolChoice: ToolChoice | null;
  readonly tools: readonly ToolDefinition[];
}

/**
 * `toolConfig`. VALIDATED lets the model choose, like AUTO, but its arguments have to fit: strict tools.
 * Throws `unsupported_field` for some allowed names among more.
 */
export function readToolConfig(request: Place, tools: readonly ToolDefinition[]): ToolUse {
  const object = objectIn(request, 'toolConfig');
  if (object === null) return { toolChoice: null, tools };
  const config = fieldsOf({ object, path: 'toolConfig.' }, TOOL_CONFIG);
  const calling = objectIn(config, 'functionCallingConfig');
  if (calling === null) return { toolChoice: null, tools };
  const path = 'toolConfig.functionCallingConfig.';
  const place = fieldsOf({ object: calling, path }, CALLING);
  if (flagIn(place, 'streamFunctionCallArguments') === true) {
    throw unsupportedField(`${path}streamFunctionCallArguments`, 'calls are streamed whole.');
  }
  const mode = wordIn(place, 'mode', MODES);
  const allowed = allowedNames(place, tools);
  if (mode === 'VALIDATED') {
    const strict = tools.map((tool) => ({ ...tool, strict: true }));
    return { toolChoice: { kind: 'auto' }, tools: strict };
  }
  return { toolChoice: choiceOf(mode, allowed), tools };
}

/** The one name that is allowed; null for all of them. */
function allowedNames(place: Place, tools: readonly ToolDefinition[]): string | null {
  const names = place.object['allowedFunctionNames'];
  if (names === undefined) return null;
  if (!Array.isArray(names)) throw invalidField(`${place.path}allowedFunctionNames`, 'a list');
  const allowed = new Set(names.flatMap((name) => asText(name) ?? []));
  const [only] = allowed;
  if (only === undefined || (tools.length > 1 && tools.every(({ name }) => allowed.has(name)))) {
    return null;
  }
  if (allowed.size === 1) return only;
  throw unsupportedField(
    `${place.path}allowedFunctionNames`,
    'name one function, or all that are declared.',
  );
}

function choiceOf(
  mode: Exclude<(typeof MODES)[number], 'VALIDATED'> | null,
  allowed: string | null,
): ToolChoice | null {
  switch (mode) {
    case 'ANY':
      return allowed === null ? { kind: 'required' } : { kind: 'tool', name: allowed };
    case 'AUTO':
      return { kind: 'auto' };
    case 'NONE':
      return { kind: 'none' };
    case 'MODE_UNSPECIFIED':
    case null:
      return null;
    default:
      return mode satisfies never;
  }
}

/** The declaration for Gemini; JSON Schema goes as it is, and its place says so. */
export function writeDeclaration(tool: ToolDefinition): JsonObject {
  return {
    name: tool.name,
    ...(tool.description === null ? {} : { description: tool.description }),
    ...(tool.parameters === null ? {} : { parametersJsonSchema: asObject(tool.parameters) }),
  };
}
