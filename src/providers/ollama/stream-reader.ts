import type { StreamReader } from '../dialect.ts';
import { asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { ChatDelta } from '../neutral.ts';
import type { StreamEvent } from '../sse.ts';
import { messageOf, readCall, readId, readReason } from './answer.ts';
import { readCounts } from './usage.ts';
import { readLineError } from './wire.ts';

/** Reads the lines of either shape. Wild lines give no steps; never throws. */
export class OllamaStreamReader implements StreamReader {
  #started = false;
  #finished = false;
  #calls = 0;

  push({ data }: StreamEvent): readonly ChatDelta[] {
    const line = asObject(data);
    if (line === null || this.#finished) return [];
    const error = readLineError(line);
    if (error !== null) return [{ kind: 'error', error }];
    return [...this.#start(line), ...this.#content(messageOf(line) ?? {}), ...this.#finish(line)];
  }

  end(): readonly ChatDelta[] {
    return [];
  }

  #start(line: JsonObject): ChatDelta[] {
    if (this.#started) return [];
    this.#started = true;
    return [{ kind: 'start', id: readId(line), model: asText(line['model']) ?? '' }];
  }

  #content(message: JsonObject): ChatDelta[] {
    const thinking = asText(message['thinking']) ?? '';
    const text = asText(message['content']) ?? '';
    const thought = { kind: 'reasoning' as const, choice: 0, signature: null, redacted: false };
    return [
      ...(thinking === '' ? [] : [{ ...thought, text: thinking }]),
      ...(text === '' ? [] : [{ kind: 'text' as const, choice: 0, text }]),
      ...objectsOf(message['tool_calls']).flatMap((call) => this.#call(call)),
    ];
  }

  #call(item: JsonObject): ChatDelta[] {
    const call = this.#calls;
    this.#calls += 1;
    const { id, name, arguments: json, signature } = readCall(item, call);
    return [
      { kind: 'tool_start', choice: 0, call, id, name, signature },
      { kind: 'tool_arguments', choice: 0, call, json },
    ];
  }

  #finish(line: JsonObject): ChatDelta[] {
    if (line['done'] !== true) return [];
    this.#finished = true;
    const reason = readReason(line, this.#calls > 0);
    const usage = readCounts(line);
    const finish: ChatDelta = { kind: 'finish', choice: 0, reason, stopSequence: null };
    return usage.source === null ? [finish] : [finish, { kind: 'usage', usage, serviceTier: null }];
  }
}
