import type { StreamReader } from '../dialect.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject } from '../json.ts';
import type { ChatDelta, FinishReason } from '../neutral.ts';
import type { StreamEvent } from '../sse.ts';
import { readUsage } from '../usage.ts';
import { argumentsOf } from './chat-answer.ts';
import { completedReason, incompleteReason, signatureOfItem } from './response-answer.ts';
import { signatureIn } from './tools.ts';
import { readTypedError } from './wire.ts';

interface OpenCall {
  readonly call: number;
  hasArguments: boolean;
}

/** Reads the typed events of a response. Wild events give no steps; never throws. */
export class ResponseStreamReader implements StreamReader {
  #started = false;
  #refused = false;
  /** By `output_index`. */
  readonly #calls = new Map<number, OpenCall>();
  /** The output index of the thoughts that are being told, and how many parts they had so far. */
  #thoughts = { at: -1, parts: 0 };

  push({ event, data }: StreamEvent): readonly ChatDelta[] {
    const object = asObject(data);
    if (object === null) return [];
    const type = asFilledText(object['type']) ?? event ?? '';
    const error = readTypedError(object, type);
    if (error !== null) return [{ kind: 'error', error }];
    return [...this.#start(object), ...this.#steps(type, object)];
  }

  end(): readonly ChatDelta[] {
    return [];
  }

  #start(object: JsonObject): ChatDelta[] {
    const response = asObject(object['response']);
    if (this.#started || response === null) return [];
    this.#started = true;
    const id = asText(response['id']) ?? '';
    return [{ kind: 'start', id, model: asText(response['model']) ?? '' }];
  }

  #steps(type: string, data: JsonObject): ChatDelta[] {
    const text = asText(data['delta']) ?? '';
    switch (type) {
      case 'response.output_text.delta':
        return text === '' ? [] : [{ kind: 'text', choice: 0, text }];
      case 'response.refusal.delta':
        this.#refused = true;
        return text === '' ? [] : [{ kind: 'refusal', choice: 0, text }];
      case 'response.reasoning_summary_part.added':
        return this.#thoughtPart(data);
      case 'response.reasoning_summary_text.delta':
      case 'response.reasoning_text.delta':
        return text === '' ? [] : [thought(text, null, false)];
      case 'response.output_item.added':
        return this.#callStart(data);
      case 'response.function_call_arguments.delta':
        return this.#callArguments(data, text);
      case 'response.output_item.done':
        return this.#itemDone(data);
      case 'response.completed':
      case 'response.incomplete':
        return this.#finish(type, asObject(data['response']) ?? {});
      default:
        return [];
    }
  }

  /** Parts of one item's thoughts are paragraphs. */
  #thoughtPart(data: JsonObject): ChatDelta[] {
    const at = asCount(data['output_index']) ?? 0;
    const parts = this.#thoughts.at === at ? this.#thoughts.parts + 1 : 1;
    this.#thoughts = { at, parts };
    return parts > 1 ? [thought('\n\n', null, false)] : [];
  }

  #callStart(data: JsonObject): ChatDelta[] {
    const item = asObject(data['item']);
    const at = asCount(data['output_index']) ?? this.#calls.size;
    if (item?.['type'] !== 'function_call' || this.#calls.has(at)) return [];
    const call = this.#calls.size;
    this.#calls.set(at, { call, hasArguments: false });
    const id = asFilledText(item['call_id']) ?? asFilledText(item['id']) ?? `call_${call}`;
    const name = asText(item['name']) ?? '';
    const start: ChatDelta = {
      kind: 'tool_start',
      choice: 0,
      call,
      id,
      name,
      signature: signatureIn(item),
    };
    return [start, ...this.#callArguments(data, asText(item['arguments']) ?? '')];
  }

  #callArguments(data: JsonObject, json: string): ChatDelta[] {
    const open = this.#calls.get(asCount(data['output_index']) ?? -1);
    if (open === undefined || json === '') return [];
    open.hasArguments = true;
    return [{ kind: 'tool_arguments', choice: 0, call: open.call, json }];
  }

  /** The whole item: its arguments where no deltas told them, the proof of its thoughts. */
  #itemDone(data: JsonObject): ChatDelta[] {
    const item = asObject(data['item']) ?? {};
    if (item['type'] === 'reasoning') {
      const signature = signatureOfItem(item);
      const told = this.#thoughts.at === (asCount(data['output_index']) ?? 0);
      return signature === null ? [] : [thought('', signature, !told)];
    }
    if (item['type'] !== 'function_call') return [];
    const start = this.#callStart({ ...data, item: { ...item, arguments: '' } });
    const open = this.#calls.get(asCount(data['output_index']) ?? -1);
    const isTold = open === undefined || open.hasArguments;
    return isTold
      ? start
      : [...start, ...this.#callArguments(data, argumentsOf(item['arguments']))];
  }

  #finish(type: string, response: JsonObject): ChatDelta[] {
    const reason: FinishReason =
      type === 'response.completed'
        ? completedReason({ called: this.#calls.size > 0, refused: this.#refused })
        : incompleteReason(response);
    const usage = readUsage(response['usage']);
    const serviceTier = asFilledText(response['service_tier']);
    const finish: ChatDelta = { kind: 'finish', choice: 0, reason, stopSequence: null };
    return usage.source === null ? [finish] : [finish, { kind: 'usage', usage, serviceTier }];
  }
}

function thought(text: string, signature: string | null, redacted: boolean): ChatDelta {
  return { kind: 'reasoning', choice: 0, text, signature, redacted };
}
