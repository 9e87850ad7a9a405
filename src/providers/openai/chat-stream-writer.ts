import type { StreamWriter, StreamWriterOptions } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta } from '../neutral.ts';
import { writeDetail, writeFinish } from './chat-answer.ts';
import { signatureFields } from './tools.ts';
import { chatUsage } from './usage-body.ts';
import { openAiWire } from './wire.ts';
import { filled } from './write-chat-request.ts';

/** Writes the chunks of a chat completion, and at the end the usage chunk for a caller that asked for it. */
export class ChatStreamWriter implements StreamWriter {
  readonly #options: StreamWriterOptions;
  #head: JsonObject = {};
  readonly #begun = new Set<number>();
  readonly #refused = new Set<number>();
  #usage: Extract<ChatDelta, { kind: 'usage' }> | null = null;

  constructor(options: StreamWriterOptions) {
    this.#options = options;
    this.#head = head('', '', options);
  }

  write(delta: ChatDelta): string {
    switch (delta.kind) {
      case 'start':
        this.#head = head(delta.id, delta.model, this.#options);
        return this.#chunk(0, {});
      case 'usage':
        this.#usage = delta;
        return '';
      case 'error':
        return openAiWire.errorEvent(delta.error, 'chat');
      case 'finish': {
        const reason = writeFinish(delta.reason, this.#refused.has(delta.choice));
        return this.#chunk(delta.choice, {}, reason);
      }
      default:
        if (delta.kind === 'refusal') this.#refused.add(delta.choice);
        return this.#chunk(delta.choice, contentOf(delta));
    }
  }

  end(): string {
    return `${this.#usageChunk()}data: [DONE]\n\n`;
  }

  #usageChunk(): string {
    if (!this.#options.includeUsage || this.#usage === null) return '';
    const usage = chatUsage(this.#usage.usage) ?? null;
    const tier = filled({ service_tier: this.#usage.serviceTier });
    return event({ ...this.#head, ...tier, choices: [], usage });
  }

  /** One chunk; before the first of a choice goes one that names the role. */
  #chunk(choice: number, delta: JsonObject, reason: string | null = null): string {
    const isFirst = !this.#begun.has(choice);
    this.#begun.add(choice);
    const opening = isFirst ? this.#event(choice, { role: 'assistant', content: '' }, null) : '';
    if (reason === null && Object.keys(delta).length === 0) return opening;
    return opening + this.#event(choice, delta, reason);
  }

  #event(index: number, delta: JsonObject, reason: string | null): string {
    const choices = [{ index, delta, logprobs: null, finish_reason: reason }];
    const usage = this.#options.includeUsage ? { usage: null } : {};
    return event({ ...this.#head, choices, ...usage });
  }
}

function head(id: string, model: string, { createdAt }: StreamWriterOptions): JsonObject {
  return { id, object: 'chat.completion.chunk', created: createdAt, model };
}

function event(chunk: JsonObject): string {
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

type ContentDelta = Exclude<ChatDelta, { kind: 'start' | 'usage' | 'error' | 'finish' }>;

function contentOf(delta: ContentDelta): JsonObject {
  switch (delta.kind) {
    case 'text':
      return { content: delta.text };
    case 'refusal':
      return { refusal: delta.text };
    case 'reasoning': {
      // Both: clients show the one and send the other back.
      const detail = writeDetail(delta);
      return {
        ...(delta.text !== '' && { reasoning_content: delta.text }),
        reasoning_details: [detail],
      };
    }
    case 'tool_start': {
      const called = { name: delta.name, arguments: '' };
      const signed = signatureFields(delta.signature);
      const call = { index: delta.call, id: delta.id, type: 'function', function: called };
      return { tool_calls: [{ ...call, ...signed }] };
    }
    case 'tool_arguments':
      return { tool_calls: [{ index: delta.call, function: { arguments: delta.json } }] };
    default:
      return delta satisfies never;
  }
}
