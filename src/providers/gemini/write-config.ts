import type { JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatRequest,
  ReasoningRequest,
  ToolChoice,
  ToolDefinition,
} from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { writeDeclaration } from './read-tools.ts';

/** Thinking tokens of an effort on models without levels (ai.google.dev/gemini-api/docs/openai, November 2026). */
const BUDGETS = { minimal: 1024, low: 1024, medium: 8192, high: 24_576, xhigh: 24_576 } as const;
const LEVELS = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
} as const;
const TIERS: Readonly<Record<string, string | null>> = {
  auto: null,
  default: 'standard',
  flex: 'flex',
  priority: 'priority',
};

/** `generationConfig`; empty when the request says nothing that belongs there. */
export function writeGenerationConfig(request: ChatRequest): JsonObject {
  if (request.logprobs !== null) {
    throw unsupportedField('logprobs', 'probabilities of tokens cannot be carried over.');
  }
  const config = {
    ...told('temperature', request.temperature),
    ...told('topP', request.topP),
    ...told('topK', request.topK),
    ...told('candidateCount', request.choices),
    ...told('maxOutputTokens', request.maxOutputTokens),
    ...(request.stop.length === 0 ? {} : { stopSequences: request.stop }),
    ...told('seed', request.seed),
    ...told('presencePenalty', request.presencePenalty),
    ...told('frequencyPenalty', request.frequencyPenalty),
    ...writeFormat(request.answerFormat),
    ...writeThinking(request.reasoning, request.model),
  };
  return Object.keys(config).length === 0 ? {} : { generationConfig: config };
}

function told(name: string, value: number | null): JsonObject {
  return value === null ? {} : { [name]: value };
}

/** Gemini holds to every schema; its name is a label that has no place there. */
function writeFormat(format: AnswerFormat | null): JsonObject {
  if (format === null) return {};
  const type = { responseMimeType: 'application/json' };
  if (format.kind === 'json') return type;
  const { schema, description } = format;
  const described =
    description === null || schema['description'] !== undefined
      ? schema
      : { ...schema, description };
  return { ...type, responseJsonSchema: described };
}

/** A budget says it exactly; an effort becomes a level, or a budget on models before levels. */
function writeThinking(reasoning: ReasoningRequest | null, model: string): JsonObject {
  if (reasoning === null) return {};
  const { effort, budgetTokens, visible } = reasoning;
  const thinkingConfig = {
    ...(visible === null ? {} : { includeThoughts: visible }),
    ...(budgetTokens === null ? writeEffort(effort, model) : { thinkingBudget: budgetTokens }),
  };
  return Object.keys(thinkingConfig).length === 0 ? {} : { thinkingConfig };
}

function writeEffort(effort: ReasoningRequest['effort'], model: string): JsonObject {
  if (effort === null) return {};
  if (effort === 'none') return { thinkingBudget: 0 };
  return /gemini-[12]\b/.test(model)
    ? { thinkingBudget: BUDGETS[effort] }
    : { thinkingLevel: LEVELS[effort] };
}

/** `tools` and `toolConfig`. Throws `unsupported_field` where calls may only come one by one. */
export function writeTools(request: ChatRequest): JsonObject {
  const { tools, toolChoice } = request;
  if (request.parallelToolCalls === false && tools.length > 0) {
    throw unsupportedField('parallel_tool_calls', 'Gemini cannot be told to call one at a time.');
  }
  const calling = writeChoice(toolChoice, tools);
  return {
    ...(tools.length === 0
      ? {}
      : { tools: [{ functionDeclarations: tools.map(writeDeclaration) }] }),
    ...(calling === null ? {} : { toolConfig: { functionCallingConfig: calling } }),
  };
}

function writeChoice(
  choice: ToolChoice | null,
  tools: readonly ToolDefinition[],
): JsonObject | null {
  const isFree = choice === null || choice.kind === 'auto' || choice.kind === 'none';
  // Gemini refuses a mode without declarations; both of these say nothing then.
  if (isFree && tools.length === 0) return null;
  // Arguments that have to fit their schema; under ANY they always do.
  const isStrict = tools.some(({ strict }) => strict === true);
  switch (choice?.kind) {
    case undefined:
      return isStrict ? { mode: 'VALIDATED' } : null;
    case 'auto':
      return { mode: isStrict ? 'VALIDATED' : 'AUTO' };
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [choice.name] };
    default:
      return choice satisfies never;
  }
}

/** `serviceTier`; `auto` is what Gemini does anyway. Throws `unsupported_field` for other tiers. */
export function writeTier(tier: string | null): JsonObject {
  if (tier === null) return {};
  const known = TIERS[tier];
  if (known === undefined) {
    throw unsupportedField('service_tier', `Gemini has no tier "${tier}".`);
  }
  return known === null ? {} : { serviceTier: known };
}
