import { readCaller, readError } from './content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from './define-provider.ts';
import {
  asCount,
  asFilledText,
  asList,
  asObject,
  asText,
  type JsonObject,
  listOf,
  objectsOf,
} from './json.ts';
import type { StreamEvent } from './sse.ts';
import { readUsage } from './usage.ts';

/** Legacy text completions: one or several prompts as text or token ids. */
export const openaiCompletions = defineProvider({
  id: 'openai-completions',
  title: 'OpenAI completions',
  dialect: 'openai',
  operations: ['completions'],
  fromRequest,
  fromUpstream,
  fromChunks,
});

function fromRequest(body: JsonObject): ReadRequest {
  const input = readInput(body['prompt']);
  return {
    ...readCaller(body),
    model: asFilledText(body['model']),
    promptText: input.texts.length === 0 ? null : input.texts.join('\n'),
    countable: {
      shape: 'text',
      input: input.texts.map((text) => ({ role: 'user', name: null, text })),
      tools: null,
      output: [],
      isCut: false,
      inputTokenIds: input.tokenIds,
      hasUncountable: false,
    },
  };
}

/** Input as completions and embeddings take it: text, texts, token ids, or lists of token ids. */
export function readInput(value: unknown): {
  readonly texts: readonly string[];
  readonly tokenIds: number;
} {
  const items = typeof value === 'string' ? [value] : asList(value);
  const texts: string[] = [];
  let tokenIds = 0;
  for (const item of items) {
    if (typeof item === 'string') texts.push(item);
    else if (typeof item === 'number') tokenIds += 1;
    else if (Array.isArray(item)) tokenIds += item.length;
    else {
      const text = asText(asObject(item)?.['text']);
      if (text !== null) texts.push(text);
    }
  }
  return { texts, tokenIds };
}

function fromUpstream(body: JsonObject): ReadReply {
  return fromChunks([{ event: null, data: body }]);
}

function fromChunks(events: readonly StreamEvent[]): ReadReply {
  const chunks = events.flatMap(({ data }) => listOf(asObject(data)));
  const choices = chunks.flatMap((chunk) => objectsOf(chunk['choices']));
  const latest = chunks.findLast((chunk) => chunk['model'] !== undefined) ?? {};
  const usage = chunks.map((chunk) => asObject(chunk['usage'])).findLast((value) => value !== null);
  const finishReasons = choices
    .filter((choice) => (asCount(choice['index']) ?? 0) === 0)
    .map((choice) => asFilledText(choice['finish_reason']));
  const generated = joinChoices(choices);
  return {
    model: asFilledText(latest['model']),
    text: generated.length === 0 ? null : generated.join('\n\n'),
    finishReason: finishReasons.findLast((reason) => reason !== null) ?? null,
    usage: readUsage(usage),
    toolCalls: [],
    errorMessage: chunks.map(readError).findLast((message) => message !== null) ?? null,
    serviceTier: asFilledText(latest['service_tier']),
    generated,
  };
}

function joinChoices(choices: readonly JsonObject[]): string[] {
  const texts = new Map<number, string>();
  for (const choice of choices) {
    const index = asCount(choice['index']) ?? 0;
    texts.set(index, (texts.get(index) ?? '') + (asText(choice['text']) ?? ''));
  }
  const sorted = [...texts].sort(([a], [b]) => a - b).map(([, text]) => text);
  return sorted.filter((text) => text !== '');
}
