import { type DemoDraft, type DemoUsage, hashOf, splitTokens } from './compose.ts';
import type { DemoCall } from './read-call.ts';

/** 2026-01-01: answers carry no clock, so that the same request gives the same bytes. */
export const DEMO_CREATED = 1_767_225_600;

/** Pieces sent in one chunk of a stream. */
const PIECES_PER_CHUNK = 2;

/** The body of a chat completion. */
export function writeChat(call: DemoCall, drafts: readonly DemoDraft[], usage: DemoUsage): string {
  return JSON.stringify({
    ...head(call, 'chat.completion'),
    choices: drafts.map((draft, index) => ({
      index,
      message: {
        role: 'assistant',
        content: draft.toolCalls.length > 0 ? null : draft.text,
        refusal: null,
        annotations: [],
        ...(draft.toolCalls.length > 0 ? { tool_calls: toolCalls(draft) } : {}),
      },
      logprobs: null,
      finish_reason: draft.finishReason,
    })),
    usage: chatUsage(usage),
  });
}

/** The events of a streamed chat completion, `[DONE]` last. */
export function streamChat(
  call: DemoCall,
  drafts: readonly DemoDraft[],
  usage: DemoUsage,
): string[] {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    event({ ...head(call, 'chat.completion.chunk'), choices, ...more });
  const noUsage = call.includeUsage ? { usage: null } : {};
  const events = drafts.flatMap((draft, index) => [
    ...deltas(draft).map((delta) =>
      chunk([{ index, delta, logprobs: null, finish_reason: null }], noUsage),
    ),
    chunk([{ index, delta: {}, logprobs: null, finish_reason: draft.finishReason }], noUsage),
  ]);
  const last = call.includeUsage ? [chunk([], { usage: chatUsage(usage) })] : [];
  return [...events, ...last, 'data: [DONE]\n\n'];
}

function deltas(draft: DemoDraft): object[] {
  if (draft.toolCalls.length === 0) {
    const texts = chunksOf(draft.text).map((content) => ({ content }));
    return [{ role: 'assistant', content: '', refusal: null }, ...texts];
  }
  return [
    { role: 'assistant', content: null },
    ...draft.toolCalls.flatMap((call, index) => [
      {
        tool_calls: [
          { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
        ],
      },
      { tool_calls: [{ index, function: { arguments: call.arguments } }] },
    ]),
  ];
}

/** The body of a legacy completion. */
export function writeCompletion(
  call: DemoCall,
  drafts: readonly DemoDraft[],
  usage: DemoUsage,
): string {
  return JSON.stringify({
    ...head(call, 'text_completion'),
    choices: drafts.map(({ text, finishReason }, index) => ({
      text,
      index,
      logprobs: null,
      finish_reason: finishReason,
    })),
    usage: chatUsage(usage),
  });
}

/** The events of a streamed legacy completion. */
export function streamCompletion(
  call: DemoCall,
  drafts: readonly DemoDraft[],
  usage: DemoUsage,
): string[] {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    event({ ...head(call, 'text_completion'), choices, ...more });
  const events = drafts.flatMap((draft, index) => {
    const texts = chunksOf(draft.text);
    return texts.map((text, position) => {
      const finish_reason = position === texts.length - 1 ? draft.finishReason : null;
      return chunk([{ text, index, logprobs: null, finish_reason }]);
    });
  });
  const last = call.includeUsage ? [chunk([], { usage: chatUsage(usage) })] : [];
  return [...events, ...last, 'data: [DONE]\n\n'];
}

/** The text in the pieces it is streamed in; never empty. */
export function chunksOf(text: string): string[] {
  const pieces = splitTokens(text);
  const chunks: string[] = [];
  for (let at = 0; at < pieces.length; at += PIECES_PER_CHUNK) {
    chunks.push(pieces.slice(at, at + PIECES_PER_CHUNK).join(''));
  }
  return chunks.length === 0 ? [''] : chunks;
}

function head(call: DemoCall, object: string): object {
  const prefix = object === 'text_completion' ? 'cmpl' : 'chatcmpl';
  return {
    id: `${prefix}-demo${hashOf(call.model, ...call.inputTexts).toString(36)}`,
    object,
    created: DEMO_CREATED,
    model: call.model,
    service_tier: 'default',
    system_fingerprint: 'demo',
  };
}

function toolCalls(draft: DemoDraft): object[] {
  return draft.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
}

function chatUsage({ input, output }: DemoUsage): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
