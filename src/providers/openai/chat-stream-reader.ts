import type { StreamReader } from '../dialect.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { ChatDelta } from '../neutral.ts';
import type { StreamEvent } from '../sse.ts';
import { readUsage } from '../usage.ts';
import { argumentsOf, readFinish, readThoughts, readWords } from './chat-answer.ts';
import { signatureIn } from './tools.ts';
import { readEventError } from './wire.ts';

interface OpenCall {
  readonly call: number;
  readonly id: string | null;
  name: string;
  started: boolean;
}

interface OpenChoice {
  refused: boolean;
  finished: boolean;
  /** By what the deltas call it: its index, or its id where servers leave the index out. */
  readonly calls: Map<string, OpenCall>;
  latest: OpenCall | null;
}

/** Reads the chunks of a chat completion. Wild chunks give no steps; never throws. */
export class ChatStreamReader implements StreamReader {
  #started = false;
  readonly #choices = new Map<number, OpenChoice>();
  /** Some servers repeat usage in every chunk; only the last one counts. */
  #usage: ChatDelta | null = null;

  push({ data }: StreamEvent): readonly ChatDelta[] {
    const chunk = asObject(data);
    if (chunk === null) return [];
    const error = readEventError(chunk);
    if (error !== null) return [{ kind: 'error', error }];
    const steps: ChatDelta[] = [...this.#start(chunk)];
    for (const choice of objectsOf(chunk['choices'])) steps.push(...this.#choice(choice));
    this.#keepUsage(chunk);
    return steps;
  }

  end(): readonly ChatDelta[] {
    return this.#usage === null ? [] : [this.#usage];
  }

  #start(chunk: JsonObject): ChatDelta[] {
    if (this.#started || !Array.isArray(chunk['choices'])) return [];
    // Azure's first chunk tells of filters alone and names no model.
    if (chunk['choices'].length === 0 && asFilledText(chunk['model']) === null) return [];
    this.#started = true;
    return [{ kind: 'start', id: asText(chunk['id']) ?? '', model: asText(chunk['model']) ?? '' }];
  }

  #choice(item: JsonObject): ChatDelta[] {
    const choice = asCount(item['index']) ?? 0;
    const open = this.#choices.get(choice) ?? {
      refused: false,
      finished: false,
      calls: new Map(),
      latest: null,
    };
    this.#choices.set(choice, open);
    const delta = asObject(item['delta']) ?? asObject(item['message']) ?? {};
    const steps = [...words(choice, open, delta), ...this.#calls(choice, open, delta)];
    const reason = asFilledText(item['finish_reason']);
    if (reason !== null && !open.finished) {
      open.finished = true;
      const told = readFinish(reason, open.refused);
      steps.push({ kind: 'finish', choice, reason: told, stopSequence: null });
    }
    return steps;
  }

  #calls(choice: number, open: OpenChoice, delta: JsonObject): ChatDelta[] {
    return objectsOf(delta['tool_calls']).flatMap((item) => callSteps(choice, open, item));
  }

  #keepUsage(chunk: JsonObject): void {
    const usage = readUsage(
      asObject(chunk['usage']) ??
        asObject(asObject(chunk['x_groq'])?.['usage']) ??
        asObject(objectsOf(chunk['choices'])[0]?.['usage']),
    );
    if (usage.source === null) return;
    this.#usage = { kind: 'usage', usage, serviceTier: asFilledText(chunk['service_tier']) };
  }
}

function words(choice: number, open: OpenChoice, delta: JsonObject): ChatDelta[] {
  const parts = [...readThoughts(delta), ...readWords(delta['content'])];
  const steps = parts.flatMap((part): ChatDelta[] => {
    if (part.kind === 'text') return [{ kind: 'text', choice, text: part.text }];
    if (part.kind !== 'reasoning') return [];
    const { text, signature, redacted } = part;
    return [{ kind: 'reasoning', choice, text, signature, redacted }];
  });
  const refusal = asText(delta['refusal']);
  if (refusal) {
    open.refused = true;
    steps.push({ kind: 'refusal', choice, text: refusal });
  }
  return steps;
}

function callSteps(choice: number, open: OpenChoice, item: JsonObject): ChatDelta[] {
  const known = openCall(open, item);
  const called = asObject(item['function']) ?? {};
  if (!known.started) known.name += asText(called['name']) ?? '';
  const steps: ChatDelta[] = [];
  const { call } = known;
  if (!known.started && known.name !== '') {
    known.started = true;
    const id = known.id ?? `call_${choice}_${call}`;
    const signature = signatureIn(item);
    steps.push({ kind: 'tool_start', choice, call, id, name: known.name, signature });
  }
  const json = called['arguments'];
  if (known.started && json !== undefined && json !== null && json !== '') {
    steps.push({ kind: 'tool_arguments', choice, call, json: argumentsOf(json) });
  }
  return steps;
}

/**
 * The call that a delta belongs to: by index; a new id under a known index is a new call all the same
 * (servers that always count 0), and without index and id it is the latest.
 */
function openCall(open: OpenChoice, item: JsonObject): OpenCall {
  const index = asCount(item['index']);
  const id = asFilledText(item['id']);
  const key = index === null ? id : String(index);
  const known = key === null ? open.latest : (open.calls.get(key) ?? null);
  const isOther = known !== null && id !== null && known.id !== null && known.id !== id;
  if (known !== null && !isOther) {
    open.latest = known;
    return known;
  }
  const added: OpenCall = { call: countOf(open), id, name: '', started: false };
  open.calls.set(key ?? `latest ${added.call}`, added);
  // Under its own name too, so that the count of calls stays right when an index is used again.
  open.calls.set(`call ${added.call}`, added);
  open.latest = added;
  return added;
}

function countOf(open: OpenChoice): number {
  return new Set(open.calls.values()).size;
}
