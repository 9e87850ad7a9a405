import { contentText, countableMessage } from '../content.ts';
import {
  asCount,
  asFilledText,
  asList,
  asObject,
  asText,
  type JsonObject,
  listOf,
  objectsOf,
} from '../json.ts';

export interface DemoTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: unknown;
}

/** The form the answer must have. */
export type DemoFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: unknown };

/** A call to the demo provider, whatever API it came through. */
export interface DemoCall {
  readonly model: string;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** The last user message. */
  readonly prompt: string;
  /** What a tool gave back, when the conversation ends in it. */
  readonly toolResult: string | null;
  /** Everything that was sent, for counting tokens. */
  readonly inputTexts: readonly string[];
  readonly tools: readonly DemoTool[];
  /** `auto`, `none`, `required`, or the name of one tool. */
  readonly toolChoice: string;
  readonly format: DemoFormat;
  readonly maxTokens: number | null;
  readonly stops: readonly string[];
  readonly choices: number;
}

const MAX_CHOICES = 8;

/** A chat completion request; null when it has no messages. */
export function readChatCall(body: JsonObject): DemoCall | null {
  const messages = objectsOf(body['messages']);
  const last = messages.at(-1);
  if (last === undefined) return null;
  const isToolResult = last['role'] === 'tool' || last['role'] === 'function';
  return {
    ...readCommon(body),
    includeUsage: asObject(body['stream_options'])?.['include_usage'] === true,
    prompt: lastUser(messages),
    toolResult: isToolResult ? contentText(last['content']) : null,
    inputTexts: messages.map((message) => countableMessage(message).text),
    format: readFormat(asObject(body['response_format']), 'json_schema'),
    maxTokens: asCount(body['max_completion_tokens']) ?? asCount(body['max_tokens']),
  };
}

/** A request of the Responses API; null when it has no input. */
export function readResponsesCall(body: JsonObject): DemoCall | null {
  const input = body['input'];
  const items = typeof input === 'string' ? [{ role: 'user', content: input }] : objectsOf(input);
  const last = items.at(-1);
  if (last === undefined) return null;
  const instructions = asText(body['instructions']);
  return {
    ...readCommon(body),
    includeUsage: true,
    prompt: lastUser(items),
    toolResult:
      last['type'] === 'function_call_output' ? (contentText(last['output']) ?? '') : null,
    inputTexts: [
      ...listOf(instructions),
      ...items.map((item) => contentText(item['content']) ?? contentText(item['output']) ?? ''),
    ],
    format: readFormat(asObject(asObject(body['text'])?.['format']), 'schema'),
    maxTokens: asCount(body['max_output_tokens']),
    choices: 1,
  };
}

/** A legacy completion request; null when it has no prompt. */
export function readCompletionsCall(body: JsonObject): DemoCall | null {
  const prompt = asText(body['prompt']) ?? asText(asList(body['prompt'])[0]);
  if (prompt === null) return null;
  return {
    ...readCommon(body),
    includeUsage: asObject(body['stream_options'])?.['include_usage'] === true,
    prompt,
    toolResult: null,
    inputTexts: [prompt],
    tools: [],
    format: { kind: 'text' },
    maxTokens: asCount(body['max_tokens']),
  };
}

function readCommon(
  body: JsonObject,
): Pick<DemoCall, 'model' | 'stream' | 'tools' | 'toolChoice' | 'stops' | 'choices'> {
  const stops = typeof body['stop'] === 'string' ? [body['stop']] : asList(body['stop']);
  return {
    model: asText(body['model']) ?? '',
    stream: body['stream'] === true,
    tools: objectsOf(body['tools']).flatMap(readTool),
    toolChoice: readToolChoice(body['tool_choice']),
    stops: stops.flatMap((stop) => listOf(asFilledText(stop))),
    choices: Math.min(Math.max(asCount(body['n']) ?? 1, 1), MAX_CHOICES),
  };
}

/** Chat completions nest the function, the Responses API does not. */
function readTool(tool: JsonObject): readonly DemoTool[] {
  const definition = asObject(tool['function']) ?? (tool['type'] === 'function' ? tool : null);
  const name = asFilledText(definition?.['name']);
  if (definition === null || name === null) return [];
  const description = asText(definition['description']) ?? '';
  return [{ name, description, parameters: definition['parameters'] }];
}

function readToolChoice(choice: unknown): string {
  const object = asObject(choice);
  return (
    asText(choice) ??
    asFilledText(asObject(object?.['function'])?.['name']) ??
    asFilledText(object?.['name']) ??
    'auto'
  );
}

function readFormat(format: JsonObject | null, schemaField: string): DemoFormat {
  switch (format?.['type']) {
    case 'json_object':
      return { kind: 'json' };
    case 'json_schema': {
      const holder = format[schemaField];
      return { kind: 'schema', schema: asObject(holder)?.['schema'] ?? holder };
    }
    default:
      return { kind: 'text' };
  }
}

function lastUser(messages: readonly JsonObject[]): string {
  const last = messages.findLast((message) => message['role'] === 'user');
  return contentText(last?.['content']) ?? '';
}
