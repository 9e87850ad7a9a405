import type { Usage } from '../../interactions/record.ts';
import type { JsonObject } from '../json.ts';
import type {
  AnswerFormat,
  ChatAnswer,
  ChatRequest,
  ContentPart,
  FinishReason,
  ReasoningPart,
  ToolCallPart,
  ToolDefinition,
} from '../neutral.ts';
import { schemaFields, signatureFields } from './tools.ts';
import { responseUsage } from './usage-body.ts';
import { filled } from './write-chat-request.ts';

/** A response for a caller; `created_at` is 0 where nobody said when the answer was made. */
export function writeResponse(answer: ChatAnswer, request: ChatRequest): JsonObject {
  const [choice] = answer.choices;
  return finishedResponse(
    { id: answer.id, model: answer.model, createdAt: answer.createdAt ?? 0, request },
    {
      output: writeOutput(answer.id, choice?.parts ?? []),
      reason: choice?.finishReason ?? 'stop',
      usage: answer.usage,
      serviceTier: answer.serviceTier,
    },
  );
}

/** What is known of a response from its beginning. */
export interface ResponseHead {
  readonly id: string;
  readonly model: string;
  readonly createdAt: number;
  readonly request: ChatRequest;
}

export interface ResponseEnd {
  readonly output: readonly JsonObject[];
  readonly reason: FinishReason;
  readonly usage: Usage;
  readonly serviceTier: string | null;
}

export function finishedResponse(head: ResponseHead, end: ResponseEnd): JsonObject {
  const incomplete = INCOMPLETE[end.reason];
  return {
    ...responseHead(head),
    ...filled({ service_tier: end.serviceTier }),
    status: incomplete === undefined ? 'completed' : 'incomplete',
    incomplete_details: incomplete === undefined ? null : { reason: incomplete },
    output: end.output,
    usage: responseUsage(end.usage),
  };
}

const INCOMPLETE: Partial<Record<FinishReason, string>> = {
  length: 'max_output_tokens',
  content_filter: 'content_filter',
};

/** A response that is still being made; its settings are those that the caller asked for. */
export function responseHead({ id, model, createdAt, request }: ResponseHead): JsonObject {
  const { instructions, toolChoice, reasoning } = {
    ...request,
    instructions: instructionsOf(request),
  };
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions,
    max_output_tokens: request.maxOutputTokens,
    max_tool_calls: null,
    model,
    output: [],
    parallel_tool_calls: request.parallelToolCalls ?? true,
    previous_response_id: null,
    reasoning: {
      effort: reasoning?.effort ?? null,
      summary: reasoning?.visible === true ? 'auto' : null,
    },
    service_tier: request.serviceTier ?? 'default',
    store: false,
    temperature: request.temperature ?? 1,
    text: { format: writeFormat(request.answerFormat) },
    tool_choice:
      toolChoice?.kind === 'tool'
        ? { type: 'function', name: toolChoice.name }
        : (toolChoice?.kind ?? 'auto'),
    tools: request.tools.map(writeTool),
    top_p: request.topP ?? 1,
    truncation: 'disabled',
    usage: null,
    user: request.userId,
    metadata: request.metadata,
  };
}

function instructionsOf({ messages }: ChatRequest): string | null {
  const [part] = messages[0]?.role === 'system' ? (messages[0]?.parts ?? []) : [];
  return part?.kind === 'text' ? part.text : null;
}

function writeFormat(format: AnswerFormat | null): JsonObject {
  if (format === null) return { type: 'text' };
  return format.kind === 'json'
    ? { type: 'json_object' }
    : { type: 'json_schema', ...schemaFields(format) };
}

function writeTool({ name, description, parameters, strict }: ToolDefinition): JsonObject {
  return { type: 'function', name, description, parameters, strict: strict ?? true };
}

/** The output items of an answer: thoughts, one message with all words, calls; in the order of the parts. */
function writeOutput(id: string, parts: readonly ContentPart[]): JsonObject[] {
  const items: JsonObject[] = [];
  let content: JsonObject[] = [];
  const flush = (): void => {
    if (content.length > 0) items.push(messageItem(itemId('msg', id, items.length), content));
    content = [];
  };
  for (const part of parts) {
    if (part.kind === 'text') content.push(textPart(part.text));
    else if (part.kind === 'refusal') content.push({ type: 'refusal', refusal: part.text });
    else if (part.kind === 'reasoning') {
      flush();
      items.push(reasoningItem(itemId('rs', id, items.length), part));
    } else if (part.kind === 'tool_call') {
      flush();
      items.push(callItem(itemId('fc', id, items.length), part));
    }
  }
  flush();
  return items;
}

/** Ids of items only have to differ within a response. */
export function itemId(kind: 'msg' | 'rs' | 'fc', responseId: string, index: number): string {
  return `${kind}_${responseId.replace(/^resp_/, '')}_${index}`;
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

export function messageItem(id: string, content: readonly JsonObject[]): JsonObject {
  return { type: 'message', id, status: 'completed', role: 'assistant', content };
}

export function reasoningItem(id: string, part: Omit<ReasoningPart, 'kind'>): JsonObject {
  const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
  return { type: 'reasoning', id, summary, ...filled({ encrypted_content: part.signature }) };
}

export function callItem(id: string, call: Omit<ToolCallPart, 'kind'>): JsonObject {
  return {
    type: 'function_call',
    id,
    call_id: call.id,
    name: call.name,
    arguments: call.arguments,
    status: 'completed',
    ...signatureFields(call.signature),
  };
}
