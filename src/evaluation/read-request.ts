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
  const all = [textOf(request['instructions']), textOf(request['system']), ...texts];
  const joined = all.filter((text) => text !== '').join('\n\n');
  return joined === '' ? null : joined.slice(0, MAX_INSTRUCTIONS);
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.map((part) => asObject(part)?.['text']);
  return texts.filter((text) => typeof text === 'string').join('\n');
}

function formatOf(request: Json): RequestedFormat | null {
  const responses = asObject(asObject(request['text'])?.['format']);
  const asked = asObject(request['response_format']) ?? responses;
  if (asked?.['type'] === 'json_object') return { kind: 'json' };
  if (asked?.['type'] !== 'json_schema') return null;
  const schema = asObject((asObject(asked['json_schema']) ?? asked)['schema']);
  return schema === null ? { kind: 'json' } : { kind: 'json_schema', schema };
}

const TOOL_REASONS: ReadonlySet<string> = new Set(['tool_calls', 'function_call', 'tool_use']);
const TOOL_PARTS =
  /"tool_calls"\s*:\s*\[\s*\{|"function_call"\s*:\s*\{|"type"\s*:\s*"(?:function_call|custom_tool_call|tool_use|mcp_call|web_search_call|file_search_call|computer_call|code_interpreter_call)"/;

/** Whether the model answered by calling tools, by its finish reason or by what its answer holds. */
export function callsTools(finishReason: string | null, responseBody: string | null): boolean {
  if (finishReason !== null && TOOL_REASONS.has(finishReason)) return true;
  return responseBody !== null && TOOL_PARTS.test(responseBody);
}
