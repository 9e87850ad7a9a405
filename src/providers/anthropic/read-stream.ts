import type { StreamReader } from '../dialect.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject } from '../json.ts';
import type { ChatDelta } from '../neutral.ts';
import type { StreamEvent } from '../sse.ts';
import { refusalText } from './read-answer.ts';
import { readStopReason } from './stop-reason.ts';
import { laterUsage, readMessageUsage, readServiceTier, startUsage } from './usage.ts';
import { readStreamError } from './wire.ts';

/** A tool call that is being streamed; `hasInput` once a piece of its arguments came. */
interface OpenCall {
  readonly call: number;
  hasInput: boolean;
}

/** A reader of one stream of `/v1/messages`. Usage is told once, when the message stops. */
export function messageStreamReader(): StreamReader {
  const calls = new Map<number, OpenCall>();
  let callCount = 0;
  let usage: JsonObject | null = null;

  const start = (message: JsonObject | null): readonly ChatDelta[] => {
    usage = startUsage(asObject(message?.['usage']));
    const id = asText(message?.['id']) ?? '';
    return [{ kind: 'start', id, model: asText(message?.['model']) ?? '' }];
  };

  const startBlock = (data: JsonObject): readonly ChatDelta[] => {
    const block = asObject(data['content_block']) ?? {};
    if (block['type'] !== 'tool_use') return blockStart(block);
    const open = { call: callCount, hasInput: hasFields(block['input']) };
    callCount += 1;
    calls.set(asCount(data['index']) ?? -1, open);
    return toolStart(block, open);
  };

  const addArguments = (data: JsonObject, json: string): readonly ChatDelta[] => {
    const open = calls.get(asCount(data['index']) ?? -1);
    if (open === undefined || json === '') return [];
    open.hasInput = true;
    return [{ kind: 'tool_arguments', choice: 0, call: open.call, json }];
  };

  const addDelta = (data: JsonObject): readonly ChatDelta[] => {
    const delta = asObject(data['delta']) ?? {};
    return delta['type'] === 'input_json_delta'
      ? addArguments(data, asText(delta['partial_json']) ?? '')
      : blockDelta(delta);
  };

  const stopBlock = (data: JsonObject): readonly ChatDelta[] => {
    const open = calls.get(asCount(data['index']) ?? -1);
    // A call without arguments streams none: `{}` in neutral words.
    return open === undefined || open.hasInput ? [] : addArguments(data, '{}');
  };

  const push = ({ event, data: value }: StreamEvent): readonly ChatDelta[] => {
    const data = asObject(value);
    if (data === null) return [];
    switch (data['type'] ?? event) {
      case 'message_start':
        return start(asObject(data['message']));
      case 'content_block_start':
        return startBlock(data);
      case 'content_block_delta':
        return addDelta(data);
      case 'content_block_stop':
        return stopBlock(data);
      case 'message_delta':
        usage = laterUsage(usage, asObject(data['usage']));
        return finish(asObject(data['delta']) ?? {});
      case 'message_stop':
        return [
          { kind: 'usage', usage: readMessageUsage(usage), serviceTier: readServiceTier(usage) },
        ];
      case 'error':
        return [{ kind: 'error', error: readStreamError(data) }];
      default:
        return [];
    }
  };
  return { push, end: () => [] };
}

function hasFields(value: unknown): boolean {
  return Object.keys(asObject(value) ?? {}).length > 0;
}

/** Compatible servers put whole arguments into the start of a call. */
function toolStart(block: JsonObject, { call, hasInput }: OpenCall): readonly ChatDelta[] {
  const start: ChatDelta = {
    kind: 'tool_start',
    choice: 0,
    call,
    id: asText(block['id']) ?? '',
    name: asText(block['name']) ?? '',
    signature: null,
  };
  if (!hasInput) return [start];
  const json = JSON.stringify(block['input']);
  return [start, { kind: 'tool_arguments', choice: 0, call, json }];
}

function blockStart(block: JsonObject): readonly ChatDelta[] {
  switch (block['type']) {
    case 'text':
      return textDelta(block['text']);
    case 'thinking':
      return thought(asText(block['thinking']) ?? '', asFilledText(block['signature']));
    case 'redacted_thinking': {
      const signature = asFilledText(block['data']);
      return [{ kind: 'reasoning', choice: 0, text: '', signature, redacted: true }];
    }
    default:
      return [];
  }
}

function blockDelta(delta: JsonObject): readonly ChatDelta[] {
  switch (delta['type']) {
    case 'text_delta':
      return textDelta(delta['text']);
    case 'thinking_delta':
      return thought(asText(delta['thinking']) ?? '', null);
    case 'signature_delta':
      return thought('', asFilledText(delta['signature']));
    default:
      return [];
  }
}

function textDelta(value: unknown): readonly ChatDelta[] {
  const text = asText(value) ?? '';
  return text === '' ? [] : [{ kind: 'text', choice: 0, text }];
}

function thought(text: string, signature: string | null): readonly ChatDelta[] {
  if (text === '' && signature === null) return [];
  return [{ kind: 'reasoning', choice: 0, text, signature, redacted: false }];
}

function finish(delta: JsonObject): readonly ChatDelta[] {
  const reason = asFilledText(delta['stop_reason']);
  if (reason === null) return [];
  const refusal = refusalText(delta['stop_details']);
  const stopSequence = asText(delta['stop_sequence']);
  return [
    ...(refusal === null ? [] : [{ kind: 'refusal' as const, choice: 0, text: refusal }]),
    { kind: 'finish', choice: 0, reason: readStopReason(reason), stopSequence },
  ];
}
