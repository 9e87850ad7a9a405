import { type DemoDraft, type DemoUsage, hashOf } from './compose.ts';
import type { DemoCall } from './read-call.ts';
import { chunksOf, DEMO_CREATED } from './write-chat.ts';

/** The body of an answer of the Responses API. */
export function writeResponse(call: DemoCall, draft: DemoDraft, usage: DemoUsage): string {
  return JSON.stringify(finished(call, draft, usage));
}

/** The typed events of a streamed answer of the Responses API. */
export function streamResponse(call: DemoCall, draft: DemoDraft, usage: DemoUsage): string[] {
  const events: string[] = [];
  const send = (type: string, data: object): void => {
    const body = JSON.stringify({ type, sequence_number: events.length, ...data });
    events.push(`event: ${type}\ndata: ${body}\n\n`);
  };
  const started = { ...base(call), status: 'in_progress', output: [], usage: null };
  send('response.created', { response: started });
  send('response.in_progress', { response: started });
  for (const [output_index, item] of outputItems(call, draft).entries()) {
    if (draft.toolCalls.length > 0) sendCall(send, output_index, item);
    else sendMessage(send, output_index, { item, text: draft.text });
  }
  const response = finished(call, draft, usage);
  send(`response.${draft.finishReason === 'length' ? 'incomplete' : 'completed'}`, { response });
  return events;
}

type Send = (type: string, data: object) => void;
interface OutputItem {
  readonly id: string;
  readonly [field: string]: unknown;
}

function sendCall(send: Send, output_index: number, item: OutputItem): void {
  const at = { item_id: item.id, output_index };
  const open = { ...item, arguments: '', status: 'in_progress' };
  send('response.output_item.added', { output_index, item: open });
  send('response.function_call_arguments.delta', { ...at, delta: item['arguments'] });
  send('response.function_call_arguments.done', { ...at, arguments: item['arguments'] });
  send('response.output_item.done', { output_index, item });
}

function sendMessage(
  send: Send,
  output_index: number,
  { item, text }: { item: OutputItem; text: string },
): void {
  const at = { item_id: item.id, output_index, content_index: 0 };
  const open = { ...item, status: 'in_progress', content: [] };
  send('response.output_item.added', { output_index, item: open });
  send('response.content_part.added', { ...at, part: textPart('') });
  for (const delta of chunksOf(text)) {
    send('response.output_text.delta', { ...at, delta, logprobs: [] });
  }
  send('response.output_text.done', { ...at, text, logprobs: [] });
  send('response.content_part.done', { ...at, part: textPart(text) });
  send('response.output_item.done', { output_index, item });
}

function finished(call: DemoCall, draft: DemoDraft, usage: DemoUsage): object {
  const isCut = draft.finishReason === 'length';
  return {
    ...base(call),
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output: outputItems(call, draft),
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input + usage.output,
    },
  };
}

function base(call: DemoCall): object {
  return {
    id: `resp_demo${hashOf(call.model, ...call.inputTexts).toString(36)}`,
    object: 'response',
    created_at: DEMO_CREATED,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: call.maxTokens,
    metadata: {},
    model: call.model,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    user: null,
  };
}

function outputItems(call: DemoCall, draft: DemoDraft): OutputItem[] {
  const suffix = hashOf(call.prompt).toString(36);
  if (draft.toolCalls.length > 0) {
    return draft.toolCalls.map((tool) => ({
      type: 'function_call',
      id: `fc_demo${suffix}`,
      call_id: tool.id,
      name: tool.name,
      arguments: tool.arguments,
      status: 'completed',
    }));
  }
  return [
    {
      type: 'message',
      id: `msg_demo${suffix}`,
      status: draft.finishReason === 'length' ? 'incomplete' : 'completed',
      role: 'assistant',
      content: [textPart(draft.text)],
    },
  ];
}

function textPart(text: string): object {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}
