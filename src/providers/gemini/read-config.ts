import { asText, type JsonObject } from '../json.ts';
import type { AnswerFormat, ChatRequest, ReasoningRequest } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';
import {
  countIn,
  flagIn,
  numberIn,
  objectIn,
  type Place,
  textIn,
  wordIn,
} from '../request-fields.ts';
import { fieldsOf } from './fields.ts';
import { schemaFromGemini } from './schema.ts';

const CONFIG: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'topK',
  'candidateCount',
  'maxOutputTokens',
  'stopSequences',
  'seed',
  'presencePenalty',
  'frequencyPenalty',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseLogprobs',
  'logprobs',
  'responseModalities',
  'mediaResolution',
  'thinkingConfig',
]);
const THINKING: ReadonlySet<string> = new Set([
  'includeThoughts',
  'thinkingBudget',
  'thinkingLevel',
]);
const LEVELS = ['THINKING_LEVEL_UNSPECIFIED', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH'] as const;
const EFFORTS: Readonly<Record<(typeof LEVELS)[number], ReasoningRequest['effort']>> = {
  THINKING_LEVEL_UNSPECIFIED: null,
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
};

type Settings = Pick<
  ChatRequest,
  | 'maxOutputTokens'
  | 'temperature'
  | 'topP'
  | 'topK'
  | 'frequencyPenalty'
  | 'presencePenalty'
  | 'seed'
  | 'stop'
  | 'choices'
  | 'answerFormat'
  | 'reasoning'
  | 'logprobs'
>;

/** `generationConfig` in neutral words. Throws `unsupported_field` for what only Gemini can do. */
export function readGenerationConfig(request: Place): Settings {
  const object = objectIn(request, 'generationConfig') ?? {};
  const config = fieldsOf({ object, path: 'generationConfig.' }, CONFIG);
  refuseOtherMedia(config);
  refuseLogprobs(config);
  return {
    maxOutputTokens: countIn(config, 'maxOutputTokens'),
    temperature: numberIn(config, 'temperature'),
    topP: numberIn(config, 'topP'),
    topK: numberIn(config, 'topK'),
    frequencyPenalty: numberIn(config, 'frequencyPenalty'),
    presencePenalty: numberIn(config, 'presencePenalty'),
    seed: numberIn(config, 'seed'),
    stop: readStop(config),
    choices: countIn(config, 'candidateCount'),
    answerFormat: readFormat(config),
    reasoning: readThinking(config),
    logprobs: null,
  };
}

function refuseOtherMedia(config: Place): void {
  const { responseModalities, mediaResolution } = config.object;
  const modalities = Array.isArray(responseModalities) ? responseModalities : [];
  if (modalities.some((modality) => String(modality).toUpperCase() !== 'TEXT')) {
    throw unsupportedField(`${config.path}responseModalities`, 'only text can be carried over.');
  }
  if (mediaResolution !== undefined && mediaResolution !== 'MEDIA_RESOLUTION_UNSPECIFIED') {
    throw unsupportedField(`${config.path}mediaResolution`, 'only Gemini has one for all media.');
  }
}

function readStop(config: Place): string[] {
  const list = config.object['stopSequences'] ?? [];
  if (!Array.isArray(list)) throw invalidField(`${config.path}stopSequences`, 'a list');
  return list.map((item: unknown, index) => {
    const text = asText(item);
    if (text === null) throw invalidField(`${config.path}stopSequences[${index}]`, 'a string');
    return text;
  });
}

function readFormat(config: Place): AnswerFormat | null {
  const type = textIn(config, 'responseMimeType') ?? 'text/plain';
  const schema = readSchema(config);
  if (type === 'application/json') {
    return schema === null
      ? { kind: 'json' }
      : { kind: 'schema', name: null, description: null, schema, strict: null };
  }
  if (type !== 'text/plain') {
    throw unsupportedField(`${config.path}responseMimeType`, `${type} cannot be carried over.`);
  }
  if (schema !== null) {
    throw invalidField(`${config.path}responseMimeType`, 'application/json beside a schema');
  }
  return null;
}

function readSchema(config: Place): JsonObject | null {
  const openApi = objectIn(config, 'responseSchema');
  return openApi === null ? objectIn(config, 'responseJsonSchema') : schemaFromGemini(openApi);
}

function readThinking(config: Place): ReasoningRequest | null {
  const object = objectIn(config, 'thinkingConfig');
  if (object === null) return null;
  const thinking = fieldsOf({ object, path: `${config.path}thinkingConfig.` }, THINKING);
  const level = wordIn(thinking, 'thinkingLevel', LEVELS);
  const budget = numberIn(thinking, 'thinkingBudget');
  // 0 switches thinking off, −1 lets the model decide.
  const effort = budget === 0 ? 'none' : level === null ? null : EFFORTS[level];
  const budgetTokens = budget !== null && budget > 0 ? budget : null;
  const visible = flagIn(thinking, 'includeThoughts');
  if (effort === null && budgetTokens === null && visible === null) return null;
  return { effort, budgetTokens, visible };
}

/** Answers in neutral words hold no probabilities, so nobody may ask for them in vain. */
function refuseLogprobs(config: Place): void {
  if (flagIn(config, 'responseLogprobs') === true) {
    throw unsupportedField(
      `${config.path}responseLogprobs`,
      'probabilities of tokens cannot be carried over.',
    );
  }
  countIn(config, 'logprobs');
}
