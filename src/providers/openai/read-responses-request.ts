import type { JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatMessage,
  ChatRequest,
  ReasoningRequest,
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
import { PASSED_IN_RESPONSES } from './not-carried.ts';
import { readMetadata } from './read-chat-request.ts';
import { readItems } from './read-responses-items.ts';
import { EFFORTS } from './reasoning.ts';
import { readFormat, readFunction, readToolChoice, refuseOtherTools } from './tools.ts';

const FIELDS: ReadonlySet<string> = new Set([
  ...PASSED_IN_RESPONSES,
  'model',
  'input',
  'instructions',
  'stream',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'text',
  'reasoning',
  'include',
  'background',
  'truncation',
  'user',
  'safety_identifier',
  'service_tier',
]);

/**
 * A request of the Responses API in neutral words; only what needs no memory at the provider. Throws
 * AppError `unsupported_field` for the rest and `invalid_request` for what is no such request.
 */
export function readResponsesRequest(body: JsonObject): ChatRequest {
  const place: Place = { object: body, path: '' };
  refuseUnknown(body, FIELDS, '');
  refuseMemory(place);
  return {
    model: neededTextIn(place, 'model'),
    stream: flagIn(place, 'stream') ?? false,
    messages: readMessages(place),
    tools: placesIn(place, 'tools').map(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: flagIn(place, 'parallel_tool_calls'),
    maxOutputTokens: countIn(place, 'max_output_tokens'),
    temperature: numberIn(place, 'temperature'),
    topP: numberIn(place, 'top_p'),
    topK: null,
    frequencyPenalty: null,
    presencePenalty: null,
    seed: null,
    stop: [],
    choices: null,
    answerFormat: readText(place),
    reasoning: readReasoning(place),
    logprobs: readLogprobs(place),
    userId: textIn(place, 'user') ?? textIn(place, 'safety_identifier'),
    metadata: readMetadata(place),
    serviceTier: textIn(place, 'service_tier'),
  };
}

/** What runs later, elsewhere or with another part of the input than was sent. */
function refuseMemory(place: Place): void {
  if (flagIn(place, 'background') === true) {
    throw unsupportedField('background', 'the provider answers at once or not at all.');
  }
  const truncation = textIn(place, 'truncation') ?? 'disabled';
  if (truncation !== 'disabled') {
    throw unsupportedField('truncation', 'the provider cannot leave parts of the input out.');
  }
}

function readMessages(place: Place): ChatMessage[] {
  const instructions = textIn(place, 'instructions');
  const { input } = place.object as { input?: unknown };
  const said: ChatMessage[] =
    typeof input === 'string'
      ? [{ role: 'user', name: null, parts: [{ kind: 'text', text: input, cache: false }] }]
      : readItems(placesIn(place, 'input'));
  if (said.length === 0) throw invalidField('input', 'text or a list of items');
  if (instructions === null) return said;
  const text = { kind: 'text' as const, text: instructions, cache: false };
  return [{ role: 'system', name: null, parts: [text] }, ...said];
}

function readTool(place: Place): ToolDefinition {
  refuseOtherTools(place);
  return readFunction(place);
}

const TEXT_FIELDS = new Set(['format', 'verbosity']);

function readText(place: Place): AnswerFormat | null {
  const object = objectIn(place, 'text');
  if (object === null) return null;
  refuseUnknown(object, TEXT_FIELDS, 'text.');
  const verbosity = textIn({ object, path: 'text.' }, 'verbosity') ?? 'medium';
  if (verbosity !== 'medium') {
    throw unsupportedField('text.verbosity', 'the provider cannot be told how wordy to be.');
  }
  const format = objectIn({ object, path: 'text.' }, 'format');
  if (format === null) return null;
  const at = { object: format, path: 'text.format.' };
  return readFormat(at, at);
}

const REASONING_FIELDS = new Set(['effort', 'summary', 'generate_summary']);

function readReasoning(place: Place): ReasoningRequest | null {
  const object = objectIn(place, 'reasoning');
  if (object === null) return null;
  const path = 'reasoning.';
  refuseUnknown(object, REASONING_FIELDS, path);
  const effort = wordIn({ object, path }, 'effort', EFFORTS);
  const summary =
    textIn({ object, path }, 'summary') ?? textIn({ object, path }, 'generate_summary');
  if (effort === null && summary === null) return null;
  return { effort, budgetTokens: null, visible: summary === null ? null : true };
}

const LOGPROBS = 'message.output_text.logprobs';
/** The encrypted thoughts are given anyway where the provider has them. */
const INCLUDABLE: ReadonlySet<unknown> = new Set(['reasoning.encrypted_content', LOGPROBS]);

function readLogprobs(place: Place): number | null {
  const include = place.object['include'] ?? [];
  if (!Array.isArray(include)) throw invalidField('include', 'a list');
  const other = include.findIndex((one) => !INCLUDABLE.has(one));
  if (other !== -1) {
    throw unsupportedField(`include[${other}]`, 'the provider has nothing to include there.');
  }
  const alternatives = countIn(place, 'top_logprobs');
  if (include.includes(LOGPROBS)) return alternatives ?? 0;
  return alternatives === null || alternatives === 0 ? null : alternatives;
}
