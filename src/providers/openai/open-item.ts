import type { JsonObject } from '../json.ts';
import { callItem, messageItem, reasoningItem, textPart } from './response-body.ts';

/** Where an item stands in the output. */
export interface ItemPlace {
  readonly id: string;
  readonly index: number;
}

/** An output item of a streamed response from its first event to its last. */
export interface OpenItem {
  readonly index: number;
  open(): readonly JsonObject[];
  /** The events that close it, and the item as a whole. */
  close(): { readonly events: readonly JsonObject[]; readonly whole: JsonObject };
}

/** A message: its parts follow one another, each text or refusal. */
export class MessageItem implements OpenItem {
  readonly index: number;
  readonly #id: string;
  readonly #parts: { kind: 'text' | 'refusal'; text: string }[] = [];

  constructor({ id, index }: ItemPlace) {
    this.#id = id;
    this.index = index;
  }

  open(): readonly JsonObject[] {
    const item = { ...messageItem(this.#id, []), status: 'in_progress' };
    return [{ type: 'response.output_item.added', output_index: this.index, item }];
  }

  add(kind: 'text' | 'refusal', text: string): readonly JsonObject[] {
    const events: JsonObject[] = [];
    let part = this.#parts.at(-1);
    if (part?.kind !== kind) {
      events.push(...this.#closePart());
      part = { kind, text: '' };
      this.#parts.push(part);
      const empty = partBody(part);
      events.push({ type: 'response.content_part.added', ...this.#at(), part: empty });
    }
    part.text += text;
    const delta =
      kind === 'text'
        ? { type: 'response.output_text.delta', ...this.#at(), delta: text, logprobs: [] }
        : { type: 'response.refusal.delta', ...this.#at(), delta: text };
    return [...events, delta];
  }

  close(): { events: readonly JsonObject[]; whole: JsonObject } {
    const whole = messageItem(this.#id, this.#parts.map(partBody));
    const done = { type: 'response.output_item.done', output_index: this.index, item: whole };
    return { events: [...this.#closePart(), done], whole };
  }

  #closePart(): JsonObject[] {
    const part = this.#parts.at(-1);
    if (part === undefined) return [];
    const { text } = part;
    const done =
      part.kind === 'text'
        ? { type: 'response.output_text.done', ...this.#at(), text, logprobs: [] }
        : { type: 'response.refusal.done', ...this.#at(), refusal: text };
    return [done, { type: 'response.content_part.done', ...this.#at(), part: partBody(part) }];
  }

  #at(): JsonObject {
    const content_index = this.#parts.length - 1;
    return { item_id: this.#id, output_index: this.index, content_index };
  }
}

function partBody({ kind, text }: { kind: 'text' | 'refusal'; text: string }): JsonObject {
  return kind === 'text' ? textPart(text) : { type: 'refusal', refusal: text };
}

/** Thoughts: one summary, closed by the proof of them. */
export class ReasoningItem implements OpenItem {
  readonly index: number;
  readonly #id: string;
  #text = '';
  #signature: string | null = null;

  constructor({ id, index }: ItemPlace) {
    this.#id = id;
    this.index = index;
  }

  get isSigned(): boolean {
    return this.#signature !== null;
  }

  open(): readonly JsonObject[] {
    const item = { type: 'reasoning', id: this.#id, summary: [] };
    return [{ type: 'response.output_item.added', output_index: this.index, item }];
  }

  add(text: string, signature: string | null): readonly JsonObject[] {
    this.#signature = signature ?? this.#signature;
    if (text === '') return [];
    const opening =
      this.#text === ''
        ? [{ type: 'response.reasoning_summary_part.added', ...this.#at(), part: summary('') }]
        : [];
    this.#text += text;
    const delta = { type: 'response.reasoning_summary_text.delta', ...this.#at(), delta: text };
    return [...opening, delta];
  }

  close(): { events: readonly JsonObject[]; whole: JsonObject } {
    const text = this.#text;
    const whole = reasoningItem(this.#id, { text, signature: this.#signature, redacted: false });
    const done = { type: 'response.output_item.done', output_index: this.index, item: whole };
    if (text === '') return { events: [done], whole };
    const told = { type: 'response.reasoning_summary_text.done', ...this.#at(), text };
    const part = {
      type: 'response.reasoning_summary_part.done',
      ...this.#at(),
      part: summary(text),
    };
    return { events: [told, part, done], whole };
  }

  #at(): JsonObject {
    return { item_id: this.#id, output_index: this.index, summary_index: 0 };
  }
}

function summary(text: string): JsonObject {
  return { type: 'summary_text', text };
}

/** A call of a function. */
export class CallItem implements OpenItem {
  readonly index: number;
  readonly #id: string;
  readonly #call: { readonly id: string; readonly name: string; readonly signature: string | null };
  #arguments = '';

  constructor(
    { id, index }: ItemPlace,
    call: { readonly id: string; readonly name: string; readonly signature: string | null },
  ) {
    this.#id = id;
    this.index = index;
    this.#call = call;
  }

  open(): readonly JsonObject[] {
    const item = { ...this.#whole(''), status: 'in_progress' };
    return [{ type: 'response.output_item.added', output_index: this.index, item }];
  }

  add(json: string): readonly JsonObject[] {
    this.#arguments += json;
    const at = { item_id: this.#id, output_index: this.index };
    return [{ type: 'response.function_call_arguments.delta', ...at, delta: json }];
  }

  close(): { events: readonly JsonObject[]; whole: JsonObject } {
    const text = this.#arguments === '' ? '{}' : this.#arguments;
    const at = { item_id: this.#id, output_index: this.index };
    const whole = this.#whole(text);
    return {
      events: [
        { type: 'response.function_call_arguments.done', ...at, arguments: text },
        { type: 'response.output_item.done', output_index: this.index, item: whole },
      ],
      whole,
    };
  }

  #whole(text: string): JsonObject {
    const { id, name, signature } = this.#call;
    return callItem(this.#id, { id, name, signature, arguments: text });
  }
}
