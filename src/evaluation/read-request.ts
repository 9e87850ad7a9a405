import type { RequestedFormat } from '../evaluators/define-evaluator.ts';
import { readToolResults } from './read-tool-results.ts';

/** What a request says beside the question itself. */
export interface RequestFacts {
  /** System and developer messages, joined by blank lines; null when there are none. */
  readonly instructions: string | null;
  readonly requestedFormat: RequestedFormat | null;
  /** What tools returned to the model, oldest first. */
  readonly toolResults: readonly string[];
}

const NOTHING: RequestFacts = { instructions: null, requestedFormat: null, toolResults: [] };
const MAX_INSTRUCTIONS = 20_000;

type Json = Readonly<Record<string, unknown>>;

/** Reads instructions, the requested form and tool results from a request; never throws. */
export function readRequest(body: string | null): RequestFacts {
  if (body === null || !body.trimStart().startsWith('{')) return NOTHING;
  const request = parseObject(body);
  if (request === null) return NOTHING;
  return {
    instructions: instructionsOf(request),
    requestedFormat: formatOf(request),
    toolResults: readToolResults(request),
  };
}

function parseObject(text: string): Json | null {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function instructionsOf(request: Json): string | null {
  const messages = [request['messages'], request['input']].filter(Array.isArray).flat();
  const texts = messages
    .map(asObject)
    .filter((message) => message?.['role'] === 'system' || message?.['role'] === 'developer')
    .map((message) => textOf(message?.['content']));
  const spoken = [request['instructions'], request['system'], geminiInstructions(request)];
  const all = [...spoken.map(textOf), ...texts];
  const joined = all.filter((text) => text !== '').join('\n\n');
  return joined === '' ? null : joined.slice(0, MAX_INSTRUCTIONS);
}

/** Gemini clients write either form; both hold `parts`. */
function geminiInstructions(request: Json): unknown {
  const given = request['systemInstruction'] ?? request['system_instruction'];
  return typeof given === 'string' ? given : asObject(given)?.['parts'];
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((part) => asObject(part)?.['text']);
  return texts.filter((text) => typeof text === 'string').join('\n');
}

function formatOf(request: Json): RequestedFormat | null {
  return openAiFormat(request) ?? geminiFormat(request) ?? ollamaFormat(request);
}

function openAiFormat(request: Json): RequestedFormat | null {
  const responses = asObject(asObject(request['text'])?.['format']);
  // Anthropic's `output_config.format` has the shape of the Responses API.
  const anthropic = asObject(asObject(request['output_config'])?.['format']);
  const asked = asObject(request['response_format']) ?? responses ?? anthropic;
  if (asked?.['type'] === 'json_object') return { kind: 'json' };
  if (asked?.['type'] !== 'json_schema') return null;
  return bySchema((asObject(asked['json_schema']) ?? asked)['schema']);
}

function geminiFormat(request: Json): RequestedFormat | null {
  const given = request['generationConfig'] ?? request['generation_config'];
  const config = asObject(given);
  const type = config?.['responseMimeType'] ?? config?.['response_mime_type'];
  if (type !== 'application/json') return null;
  // `responseSchema` is OpenAPI with types in capitals; only the standard form is checked.
  return bySchema(config?.['responseJsonSchema'] ?? config?.['response_json_schema']);
}

function ollamaFormat(request: Json): RequestedFormat | null {
  const format = request['format'];
  if (format === 'json') return { kind: 'json' };
  return asObject(format) === null ? null : bySchema(format);
}

function bySchema(given: unknown): RequestedFormat {
  const schema = asObject(given);
  return schema === null ? { kind: 'json' } : { kind: 'json_schema', schema };
}

const TOOL_REASONS: ReadonlySet<string> = new Set(['tool_calls', 'function_call', 'tool_use']);
const TOOL_PARTS =
  /"tool_calls"\s*:\s*\[\s*\{|"function_?[cC]all"\s*:\s*\{|"type"\s*:\s*"(?:function_call|custom_tool_call|tool_use|mcp_call|web_search_call|file_search_call|computer_call|code_interpreter_call)"/;

/** Whether the model answered by calling tools, by its finish reason or by what its answer holds. */
export function callsTools(finishReason: string | null, responseBody: string | null): boolean {
  if (finishReason !== null && TOOL_REASONS.has(finishReason)) return true;
  return responseBody !== null && TOOL_PARTS.test(responseBody);
}
