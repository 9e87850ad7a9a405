import type { Usage } from '../../interactions/record.ts';
import type { StreamWriter, StreamWriterOptions } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest, ContentPart, FinishReason } from '../neutral.ts';
import { type AnswerShape, bodyOf, head, writeEnd } from './answer.ts';
import { ollamaWire } from './wire.ts';

interface OpenCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** Writes the lines of either shape. Calls go out whole, as Ollama tells them: when the answer is finished. */
export class OllamaStreamWriter implements StreamWriter {
  readonly #shape: AnswerShape;
  #head: JsonObject;
  readonly #createdAt: number;
  readonly #calls = new Map<number, OpenCall>();
  #reason: FinishReason = 'stop';
  #usage: Usage = NO_USAGE;

  constructor(request: ChatRequest, { createdAt }: StreamWriterOptions, shape: AnswerShape) {
    this.#shape = shape;
    this.#createdAt = createdAt;
    this.#head = head(request.model, createdAt);
  }

  write(delta: ChatDelta): string {
    switch (delta.kind) {
      case 'start':
        if (delta.model !== '') this.#head = head(delta.model, this.#createdAt);
        return '';
      case 'usage':
        this.#usage = delta.usage;
        return '';
      case 'error':
        return ollamaWire.errorEvent(delta.error, this.#shape);
      default:
        // Ollama has one answer.
        return delta.choice === 0 ? this.#content(delta) : '';
    }
  }

  end(): string {
    const calls = this.#toldCalls();
    const end = writeEnd(this.#reason, { usage: this.#usage });
    return calls + line({ ...this.#head, ...bodyOf([], this.#shape), ...end });
  }

  #content(delta: Exclude<ChatDelta, { kind: 'start' | 'usage' | 'error' }>): string {
    switch (delta.kind) {
      case 'text':
      case 'refusal':
        return this.#line([{ kind: 'text', text: delta.text, cache: false }]);
      case 'reasoning':
        return delta.text === '' ? '' : this.#line([{ ...delta, signature: null }]);
      case 'tool_start':
        this.#calls.set(delta.call, { id: delta.id, name: delta.name, arguments: '' });
        return '';
      case 'tool_arguments': {
        const call = this.#calls.get(delta.call);
        if (call !== undefined) call.arguments += delta.json;
        return '';
      }
      case 'finish':
        this.#reason = delta.reason;
        return this.#toldCalls();
      default:
        return delta satisfies never;
    }
  }

  #toldCalls(): string {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    if (calls.length === 0) return '';
    return this.#line(calls.map((call) => ({ kind: 'tool_call', signature: null, ...call })));
  }

  #line(parts: readonly ContentPart[]): string {
    return line({ ...this.#head, ...bodyOf(parts, this.#shape), done: false });
  }
}

function line(object: JsonObject): string {
  return `${JSON.stringify(object)}\n`;
}
