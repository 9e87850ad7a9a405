import type { StreamWriter, StreamWriterOptions } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest, FinishReason } from '../neutral.ts';
import { CallItem, MessageItem, type OpenItem, ReasoningItem } from './open-item.ts';
import { finishedResponse, itemId, type ResponseHead, responseHead } from './response-body.ts';
import { openAiWire } from './wire.ts';

/**
 * Writes the typed events of a response in their full order: every item and part is opened, told in
 * deltas, and closed with its whole text; the last event holds the whole response.
 */
export class ResponseStreamWriter implements StreamWriter {
  #head: ResponseHead;
  #begun = false;
  #sequence = 0;
  readonly #output: JsonObject[] = [];
  #items = 0;
  /** The message or thoughts being told; calls stay open beside each other, by their number. */
  #open: MessageItem | ReasoningItem | null = null;
  readonly #calls = new Map<number, CallItem>();
  #reason: FinishReason = 'stop';
  #usage: Extract<ChatDelta, { kind: 'usage' }> | null = null;

  constructor(request: ChatRequest, { createdAt }: StreamWriterOptions) {
    this.#head = { id: '', model: request.model, createdAt, request };
  }

  write(delta: ChatDelta): string {
    if (delta.kind === 'error') return openAiWire.errorEvent(delta.error, 'responses');
    if (delta.kind === 'start') {
      this.#head = { ...this.#head, id: delta.id, model: delta.model };
      return this.#begin();
    }
    if (delta.kind === 'usage') {
      this.#usage = delta;
      return '';
    }
    // A response has one answer.
    return delta.choice === 0 ? this.#begin() + this.#content(delta) : '';
  }

  end(): string {
    const closing = this.#begin() + this.#closeAll();
    const response = finishedResponse(this.#head, {
      output: this.#output,
      reason: this.#reason,
      usage: this.#usage?.usage ?? NO_USAGE,
      serviceTier: this.#usage?.serviceTier ?? null,
    });
    return closing + this.#events([{ type: `response.${String(response['status'])}`, response }]);
  }

  #begin(): string {
    if (this.#begun) return '';
    this.#begun = true;
    const response = responseHead(this.#head);
    return this.#events([
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]);
  }

  #content(delta: Exclude<ChatDelta, { kind: 'start' | 'usage' | 'error' }>): string {
    switch (delta.kind) {
      case 'text':
      case 'refusal': {
        const { opening, item } = this.#message();
        return opening + this.#events(item.add(delta.kind, delta.text));
      }
      case 'reasoning':
        return this.#thought(delta);
      case 'tool_start':
        return this.#callStart(delta);
      case 'tool_arguments': {
        const call = this.#calls.get(delta.call);
        return call === undefined ? '' : this.#events(call.add(delta.json));
      }
      case 'finish':
        this.#reason = delta.reason;
        return this.#closeAll();
      default:
        return delta satisfies never;
    }
  }

  #message(): { opening: string; item: MessageItem } {
    if (this.#open instanceof MessageItem) return { opening: '', item: this.#open };
    const closing = this.#close();
    const item = new MessageItem(this.#place('msg'));
    this.#open = item;
    return { opening: closing + this.#events(item.open()), item };
  }

  #thought(delta: Extract<ChatDelta, { kind: 'reasoning' }>): string {
    let opening = '';
    let item = this.#open instanceof ReasoningItem && !this.#open.isSigned ? this.#open : null;
    if (item === null) {
      opening = this.#close();
      item = new ReasoningItem(this.#place('rs'));
      this.#open = item;
      opening += this.#events(item.open());
    }
    return opening + this.#events(item.add(delta.text, delta.signature));
  }

  #callStart(delta: Extract<ChatDelta, { kind: 'tool_start' }>): string {
    const closing = this.#close();
    const item = new CallItem(this.#place('fc'), delta);
    this.#calls.set(delta.call, item);
    return closing + this.#events(item.open());
  }

  #place(kind: 'msg' | 'rs' | 'fc'): { id: string; index: number } {
    const index = this.#items;
    this.#items += 1;
    return { id: itemId(kind, this.#head.id, index), index };
  }

  #close(): string {
    const open = this.#open;
    this.#open = null;
    return open === null ? '' : this.#closeItem(open);
  }

  #closeAll(): string {
    const closing = [
      this.#close(),
      ...[...this.#calls.values()].map((call) => this.#closeItem(call)),
    ];
    this.#calls.clear();
    return closing.join('');
  }

  #closeItem(item: OpenItem): string {
    const { events, whole } = item.close();
    this.#output[item.index] = whole;
    return this.#events(events);
  }

  #events(events: readonly JsonObject[]): string {
    return events
      .map(({ type, ...data }) => {
        const body = JSON.stringify({ type, sequence_number: this.#sequence, ...data });
        this.#sequence += 1;
        return `event: ${String(type)}\ndata: ${body}\n\n`;
      })
      .join('');
  }
}
