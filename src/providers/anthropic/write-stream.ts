import type { StreamWriter, StreamWriterOptions } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest } from '../neutral.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeMessageUsage } from './usage.ts';
import { anthropicWire } from './wire.ts';
import { parseArguments } from './write-blocks.ts';

type Delta<Kind extends ChatDelta['kind']> = Extract<ChatDelta, { kind: Kind }>;

/** The block that is being written. Only one is open at a time in this dialect. */
interface OpenBlock {
  readonly kind: 'text' | 'thinking' | 'call';
  /** Which call; -1 for other blocks. */
  readonly call: number;
  /** Arguments written so far. */
  json: string;
}

/** A writer of one stream for a client of this dialect. */
export function messageStreamWriter(
  request: ChatRequest,
  options: StreamWriterOptions,
): StreamWriter {
  const writer = new MessageStreamWriter(request.model, options.createdAt);
  return { write: (delta) => writer.write(delta), end: () => writer.end() };
}

/**
 * Blocks come one after the other here, while steps of other dialects may be mixed (two calls in turns).
 * What does not fit the open call waits until the arguments of that call are complete, at the latest for
 * the end.
 */
class MessageStreamWriter {
  readonly #model: string;
  readonly #createdAt: number;
  #started = false;
  #index = -1;
  #open: OpenBlock | null = null;
  #waiting: ChatDelta[] = [];
  #callsTools = false;
  #finish: Delta<'finish'> | null = null;
  #usage: Delta<'usage'> | null = null;

  constructor(model: string, createdAt: number) {
    this.#model = model;
    this.#createdAt = createdAt;
  }

  write(delta: ChatDelta): string {
    switch (delta.kind) {
      case 'start':
        return this.#start(delta.id, delta.model);
      case 'error':
        return anthropicWire.errorEvent(delta.error, 'chat');
      case 'usage':
        this.#usage = delta;
        return '';
      case 'finish':
        if (delta.choice === 0) this.#finish = delta;
        return '';
      default:
        // A caller of this dialect cannot ask for a second answer.
        return delta.choice === 0 ? this.#ensureStart() + this.#content(delta) : '';
    }
  }

  end(): string {
    const start = this.#ensureStart();
    const rest = this.#writeWaiting() + this.#close();
    const { usage, serviceTier } = this.#usage ?? { usage: NO_USAGE, serviceTier: null };
    const stopSequence = this.#finish?.stopSequence ?? null;
    const delta = {
      stop_reason: writeStopReason({
        reason: this.#finish?.reason ?? null,
        stopSequence,
        callsTools: this.#callsTools,
      }),
      stop_sequence: stopSequence,
    };
    const counted = writeMessageUsage(usage, serviceTier);
    return (
      start + rest + event('message_delta', { delta, usage: counted }) + event('message_stop', {})
    );
  }

  #start(id: string, model: string): string {
    if (this.#started) return '';
    this.#started = true;
    const message = {
      id: id === '' ? `msg_${this.#createdAt}` : id,
      type: 'message',
      role: 'assistant',
      model: model === '' ? this.#model : model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      // What the input took is known at the end; clients take the counts of message_delta then.
      usage: writeMessageUsage(NO_USAGE, null),
    };
    return event('message_start', { message });
  }

  #ensureStart(): string {
    return this.#started ? '' : this.#start('', this.#model);
  }

  #content(delta: ChatDelta): string {
    if (this.#mustWait(delta)) {
      this.#waiting.push(delta);
      return '';
    }
    switch (delta.kind) {
      case 'text':
      case 'refusal':
        return this.#text(delta.text);
      case 'reasoning':
        return this.#reasoning(delta);
      case 'tool_start':
        return this.#toolStart(delta);
      case 'tool_arguments':
        return this.#toolArguments(delta);
      default:
        return '';
    }
  }

  /** Whether an unfinished call is open and this step is not its own. */
  #mustWait(delta: ChatDelta): boolean {
    const open = this.#open;
    if (open?.kind !== 'call') return false;
    if (delta.kind === 'tool_arguments' && delta.call === open.call) return false;
    return this.#waiting.length > 0 || open.json === '' || parseArguments(open.json) === null;
  }

  #writeWaiting(): string {
    let written = '';
    while (this.#waiting.length > 0) {
      const steps = this.#waiting;
      this.#waiting = [];
      written += this.#close();
      for (const step of steps) written += this.#content(step);
    }
    return written;
  }

  #text(text: string): string {
    if (text === '') return '';
    const open = this.#openBlock({ kind: 'text', call: -1, json: '' }, { type: 'text', text: '' });
    return open + this.#delta({ type: 'text_delta', text });
  }

  #reasoning({ text, signature, redacted }: Delta<'reasoning'>): string {
    if (redacted) {
      const block = { type: 'redacted_thinking', data: signature ?? '' };
      return (
        this.#close() +
        this.#openNew({ kind: 'thinking', call: -1, json: '' }, block) +
        this.#close()
      );
    }
    if (text === '' && signature === null) return '';
    const block = { type: 'thinking', thinking: '', signature: '' };
    const open = this.#openBlock({ kind: 'thinking', call: -1, json: '' }, block);
    const thought = text === '' ? '' : this.#delta({ type: 'thinking_delta', thinking: text });
    if (signature === null) return open + thought;
    // The signature is the last that a thought has: the next one is a block of its own.
    return open + thought + this.#delta({ type: 'signature_delta', signature }) + this.#close();
  }

  #toolStart({ call, id, name }: Delta<'tool_start'>): string {
    this.#callsTools = true;
    const block = { type: 'tool_use', id, name, input: {} };
    return this.#close() + this.#openNew({ kind: 'call', call, json: '' }, block);
  }

  #toolArguments({ call, json }: Delta<'tool_arguments'>): string {
    if (this.#open?.kind !== 'call' || this.#open.call !== call || json === '') return '';
    this.#open.json += json;
    return this.#delta({ type: 'input_json_delta', partial_json: json });
  }

  /** Goes on with the open block when it is of this kind, else closes it and opens this one. */
  #openBlock(block: OpenBlock, content: JsonObject): string {
    if (this.#open?.kind === block.kind) return '';
    return this.#close() + this.#openNew(block, content);
  }

  #openNew(block: OpenBlock, content: JsonObject): string {
    this.#open = block;
    this.#index += 1;
    return event('content_block_start', { index: this.#index, content_block: content });
  }

  #delta(delta: JsonObject): string {
    return event('content_block_delta', { index: this.#index, delta });
  }

  #close(): string {
    if (this.#open === null) return '';
    this.#open = null;
    return event('content_block_stop', { index: this.#index });
  }
}

function event(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}
