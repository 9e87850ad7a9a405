import type { StreamReader } from '../dialect.ts';
import {
  asCount,
  asFilledText,
  asList,
  asObject,
  asText,
  type JsonObject,
  objectsOf,
} from '../json.ts';
import type { ChatDelta, ContentPart } from '../neutral.ts';
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
    const steps: ChatDelta[] = [];
    this.#start(chunk, steps);
    for (const item of asList(chunk['choices'])) {
      const choice = asObject(item);
      if (choice !== null) this.#choice(choice, steps);
    }
    this.#keepUsage(chunk);
    return steps;
  }

  end(): readonly ChatDelta[] {
    return this.#usage === null ? [] : [this.#usage];
  }

  #start(chunk: JsonObject, steps: ChatDelta[]): void {
    if (this.#started || !Array.isArray(chunk['choices'])) return;
    // Azure's first chunk tells of filters alone and names no model.
    if (chunk['choices'].length === 0 && asFilledText(chunk['model']) === null) return;
    this.#started = true;
    const model = asText(chunk['model']) ?? '';
    steps.push({ kind: 'start', id: asText(chunk['id']) ?? '', model });
  }

  #choice(item: JsonObject, steps: ChatDelta[]): void {
    const choice = asCount(item['index']) ?? 0;
    let open = this.#choices.get(choice);
    if (open === undefined) {
      open = { refused: false, finished: false, calls: new Map(), latest: null };
      this.#choices.set(choice, open);
    }
    const delta = asObject(item['delta']) ?? asObject(item['message']) ?? {};
    addWords(steps, { choice, open, delta });
    if (delta['tool_calls'] !== undefined) {
      for (const call of objectsOf(delta['tool_calls'])) {
        steps.push(...callSteps(choice, open, call));
      }
    }
    const reason = asFilledText(item['finish_reason']);
    if (reason !== null && !open.finished) {
      open.finished = true;
      const told = readFinish(reason, open.refused);
      steps.push({ kind: 'finish', choice, reason: told, stopSequence: null });
    }
  }

  #keepUsage(chunk: JsonObject): void {
    const found =
      asObject(chunk['usage']) ??
      asObject(asObject(chunk['x_groq'])?.['usage']) ??
      asObject(asObject(asList(chunk['choices'])[0])?.['usage']);
    if (found === null) return;
    const usage = readUsage(found);
    if (usage.source === null) return;
    this.#usage = { kind: 'usage', usage, serviceTier: asFilledText(chunk['service_tier']) };
  }
}

interface Said {
  readonly choice: number;
  readonly open: OpenChoice;
  readonly delta: JsonObject;
}

const THOUGHTS = ['reasoning_content', 'reasoning', 'reasoning_details'] as const;

function addWords(steps: ChatDelta[], { choice, open, delta }: Said): void {
  if (THOUGHTS.some((name) => delta[name] !== undefined)) {
    addParts(steps, choice, readThoughts(delta));
  }
  const content = delta['content'];
  if (typeof content !== 'string') addParts(steps, choice, readWords(content));
  else if (content !== '') steps.push({ kind: 'text', choice, text: content });
  const refusal = delta['refusal'];
  if (typeof refusal === 'string' && refusal !== '') {
    open.refused = true;
    steps.push({ kind: 'refusal', choice, text: refusal });
  }
}

function addParts(steps: ChatDelta[], choice: number, parts: readonly ContentPart[]): void {
  for (const part of parts) {
    if (part.kind === 'text') steps.push({ kind: 'text', choice, text: part.text });
    if (part.kind !== 'reasoning') continue;
    const { text, signature, redacted } = part;
    steps.push({ kind: 'reasoning', choice, text, signature, redacted });
  }
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
