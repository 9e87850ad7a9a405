import type { Usage } from '../../interactions/record.ts';
import type { StreamWriter } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import type { JsonObject } from '../json.ts';
import type { ChatDelta, ChatRequest, FinishReason, ToolCallPart } from '../neutral.ts';
import { errorObject } from './error-body.ts';
import { writeFinishReason } from './finish-reason.ts';
import { writeGeminiUsage } from './usage.ts';
import { writeCall } from './write-parts.ts';

/** How the chunks of a stream are set apart: as server-sent events, or as elements of one list. */
export interface Framing {
  chunk(json: string, isFirst: boolean): string;
  readonly end: string;
  /** After an error nothing follows: what closes the stream behind it. */
  readonly endAfterError: string;
}

export const SSE_FRAMING: Framing = {
  chunk: (json) => `data: ${json}\n\n`,
  end: '',
  endAfterError: '',
};

/** `streamGenerateContent` without `alt=sse`: one JSON list that grows. */
export const LIST_FRAMING: Framing = {
  chunk: (json, isFirst) => `${isFirst ? '[' : ',\r\n'}${json}`,
  end: ']',
  endAfterError: ']',
};

/** Writes one stream for a Gemini caller. */
export function streamWriter(request: ChatRequest, framing: Framing): StreamWriter {
  return new GeminiWriter(request, framing);
}

type Step<Kind extends ChatDelta['kind']> = Extract<ChatDelta, { kind: Kind }>;

/**
 * Gemini sends calls whole, so their arguments are gathered; the reason to stop comes in the last chunk,
 * together with the usage that our steps tell after it.
 */
class GeminiWriter implements StreamWriter {
  readonly #showsThoughts: boolean;
  readonly #framing: Framing;
  #id = '';
  #model = '';
  #isFirst = true;
  #usage: Usage = NO_USAGE;
  /** The calls of each choice that are not written yet; arguments of several may come in turns. */
  readonly #open = new Map<number, Map<number, ToolCallPart>>();
  /** Choices whose last part is a thought that has no signature yet. */
  readonly #thinking = new Set<number>();
  readonly #reasons = new Map<number, FinishReason>();
  #hasFailed = false;

  constructor(request: ChatRequest, framing: Framing) {
    this.#showsThoughts = request.reasoning?.visible !== false;
    this.#framing = framing;
  }

  write(delta: ChatDelta): string {
    switch (delta.kind) {
      case 'start':
        this.#id = delta.id;
        this.#model = delta.model;
        return '';
      case 'text':
      case 'refusal':
        return this.#closeCalls(delta.choice) + this.#part(delta.choice, { text: delta.text });
      case 'reasoning':
        return this.#reasoning(delta);
      case 'tool_start':
        this.#toolStart(delta);
        return '';
      case 'tool_arguments':
        this.#toolArguments(delta);
        return '';
      case 'finish':
        this.#reasons.set(delta.choice, delta.reason);
        return this.#closeCalls(delta.choice);
      case 'usage':
        this.#usage = delta.usage;
        return '';
      case 'error':
        this.#hasFailed = true;
        return this.#chunk(errorObject(delta.error)) + this.#framing.endAfterError;
      default:
        return delta satisfies never;
    }
  }

  end(): string {
    if (this.#hasFailed) return '';
    const candidates = [...this.#reasons].map(([index, reason]) => ({
      content: { parts: [{ text: '' }], role: 'model' },
      finishReason: writeFinishReason(reason),
      index,
    }));
    const usage = writeGeminiUsage(this.#usage);
    const last = this.#chunk({
      candidates,
      ...(usage === null ? {} : { usageMetadata: usage }),
      ...this.#names(),
    });
    return last + this.#framing.end;
  }

  #reasoning({ choice, text, signature, redacted }: Step<'reasoning'>): string {
    // A signature alone closes the thought before it; behind anything else it signs words.
    const isThought = redacted || text !== '' || this.#thinking.has(choice);
    if (isThought && !this.#showsThoughts && signature === null) return '';
    const written = this.#part(choice, {
      text: this.#showsThoughts && !redacted ? text : '',
      ...(isThought ? { thought: true } : {}),
      ...(signature === null ? {} : { thoughtSignature: signature }),
    });
    if (isThought && signature === null) this.#thinking.add(choice);
    return written;
  }

  #toolStart({ choice, call, id, name, signature }: Step<'tool_start'>): void {
    const open = this.#open.get(choice) ?? new Map<number, ToolCallPart>();
    open.set(call, { kind: 'tool_call', id, name, arguments: '', signature });
    this.#open.set(choice, open);
  }

  #toolArguments({ choice, call, json }: Step<'tool_arguments'>): void {
    const open = this.#open.get(choice);
    const known = open?.get(call);
    if (known !== undefined) open?.set(call, { ...known, arguments: known.arguments + json });
  }

  #closeCalls(choice: number): string {
    const calls = [...(this.#open.get(choice)?.values() ?? [])];
    this.#open.delete(choice);
    return calls.map((call) => this.#part(choice, writeCall(call))).join('');
  }

  #part(index: number, part: JsonObject): string {
    this.#thinking.delete(index);
    const candidate = { content: { parts: [part], role: 'model' }, index };
    return this.#chunk({ candidates: [candidate], ...this.#names() });
  }

  #names(): JsonObject {
    return { modelVersion: this.#model, responseId: this.#id };
  }

  #chunk(value: JsonObject): string {
    const written = this.#framing.chunk(JSON.stringify(value), this.#isFirst);
    this.#isFirst = false;
    return written;
  }
}
