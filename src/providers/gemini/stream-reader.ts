import type { Usage } from '../../interactions/record.ts';
import type { StreamReader } from '../dialect.ts';
import { NO_USAGE } from '../exchange.ts';
import { asCount, asFilledText, asObject, type JsonObject, objectsOf } from '../json.ts';
import type { ChatDelta, ContentPart } from '../neutral.ts';
import type { StreamEvent } from '../sse.ts';
import { answerParts, isBlocked, tierOf } from './answer.ts';
import { readErrorObject } from './error-body.ts';
import { readFinishReason } from './finish-reason.ts';
import { readGeminiUsage } from './usage.ts';

/** Reads one stream. Every chunk is an answer in itself and repeats id, model and the counts so far. */
export function streamReader(): StreamReader {
  return new GeminiStream();
}

class GeminiStream implements StreamReader {
  #responseId: string | null = null;
  /** Calls of each candidate so far. */
  readonly #calls = new Map<number, number>();
  #finished = false;
  #usage: Usage = NO_USAGE;
  #tier: string | null = null;

  push(event: StreamEvent): readonly ChatDelta[] {
    const chunk = asObject(event.data);
    const error = readErrorObject(event.data, null);
    if (error !== null) return [{ kind: 'error', error }];
    if (chunk === null) return [];
    const steps = this.#start(chunk);
    this.#count(chunk);
    const candidates = objectsOf(chunk['candidates']);
    for (const [position, candidate] of candidates.entries()) {
      steps.push(...this.#candidate(candidate, asCount(candidate['index']) ?? position));
    }
    if (candidates.length === 0 && isBlocked(chunk) && !this.#finished) {
      this.#finished = true;
      steps.push({ kind: 'finish', choice: 0, reason: 'content_filter', stopSequence: null });
    }
    return steps;
  }

  /** Counts may still grow after the reason to stop, so they are told last. */
  end(): readonly ChatDelta[] {
    if (!this.#finished || this.#usage.source === null) return [];
    return [{ kind: 'usage', usage: this.#usage, serviceTier: this.#tier }];
  }

  #start(chunk: JsonObject): ChatDelta[] {
    if (this.#responseId !== null) return [];
    this.#responseId = asFilledText(chunk['responseId']) ?? '';
    const model = asFilledText(chunk['modelVersion']) ?? '';
    return [{ kind: 'start', id: this.#responseId, model }];
  }

  #count(chunk: JsonObject): void {
    const metadata = asObject(chunk['usageMetadata']);
    const usage = readGeminiUsage(metadata);
    if (usage.source !== null) this.#usage = usage;
    this.#tier = tierOf(metadata) ?? this.#tier;
  }

  #candidate(candidate: JsonObject, choice: number): ChatDelta[] {
    const steps: ChatDelta[] = [];
    for (const part of objectsOf(asObject(candidate['content'])?.['parts'])) {
      const calls = this.#calls.get(choice) ?? 0;
      const responseId = this.#responseId ?? '';
      for (const said of answerParts(part, { responseId, choice, calls })) {
        steps.push(...this.#steps(said, choice));
      }
    }
    const reason = readFinishReason(candidate, this.#calls.has(choice));
    if (reason !== null) {
      this.#finished = true;
      steps.push({ kind: 'finish', choice, reason, stopSequence: null });
    }
    return steps;
  }

  #steps(part: ContentPart, choice: number): ChatDelta[] {
    switch (part.kind) {
      case 'text':
        return [{ kind: 'text', choice, text: part.text }];
      case 'reasoning': {
        const { text, signature, redacted } = part;
        return [{ kind: 'reasoning', choice, text, signature, redacted }];
      }
      case 'tool_call': {
        const call = this.#calls.get(choice) ?? 0;
        this.#calls.set(choice, call + 1);
        const { id, name, signature } = part;
        return [
          { kind: 'tool_start', choice, call, id, name, signature },
          { kind: 'tool_arguments', choice, call, json: part.arguments },
        ];
      }
      default:
        // Generated media have no step: streams of other dialects carry text alone.
        return [];
    }
  }
}
