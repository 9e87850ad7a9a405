import { contentText, readCaller, readError } from './content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from './define-provider.ts';
import { NOTHING_COUNTABLE } from './exchange.ts';
import { asFilledText, asObject, asText, type JsonObject, listOf, objectsOf } from './json.ts';
import { readInput } from './openai-completions.ts';
import type { StreamEvent } from './sse.ts';
import { readUsage } from './usage.ts';

/** Everything else under `/v1`: models, moderations, images, audio, files. Only texts and usage are read. */
export const openaiOther = defineProvider({
  id: 'openai-other',
  title: 'OpenAI, other endpoints',
  dialect: 'openai',
  operations: ['models', 'moderations', 'images', 'audio', 'passthrough'],
  fromRequest,
  fromUpstream,
  fromChunks,
});

function fromRequest(body: JsonObject): ReadRequest {
  const inputs = readInput(body['input']).texts;
  return {
    ...readCaller(body),
    model: asFilledText(body['model']),
    promptText: asText(body['prompt']) ?? (inputs.length === 0 ? null : inputs.join('\n')),
    countable: NOTHING_COUNTABLE,
  };
}

function fromUpstream(body: JsonObject): ReadReply {
  const text = asText(body['text']) ?? moderationText(body) ?? imageText(body);
  return {
    model: asFilledText(body['model']),
    text,
    finishReason: null,
    usage: readUsage(body['usage']),
    toolCalls: [],
    errorMessage: readError(body),
    serviceTier: asFilledText(body['service_tier']),
    generated: [],
  };
}

/** Streams of transcriptions and images: deltas of text, then a final event with text and usage. */
function fromChunks(events: readonly StreamEvent[]): ReadReply {
  const objects = events.flatMap(({ data }) => listOf(asObject(data)));
  const deltas = objects.map((data) => asText(data['delta']) ?? '').join('');
  const last = fromUpstream(objects.at(-1) ?? {});
  const error = objects.map(readError).findLast((message) => message !== null);
  return {
    ...last,
    text: last.text ?? (deltas === '' ? null : deltas),
    errorMessage: last.errorMessage ?? error ?? null,
  };
}

function moderationText(body: JsonObject): string | null {
  const results = objectsOf(body['results']);
  if (results.length === 0 || results[0]?.['categories'] === undefined) return null;
  const flagged = results.flatMap((result) =>
    Object.entries(asObject(result['categories']) ?? {}).flatMap(([name, value]) =>
      value === true ? name : [],
    ),
  );
  return flagged.length === 0 ? 'not flagged' : `flagged: ${[...new Set(flagged)].join(', ')}`;
}

function imageText(body: JsonObject): string | null {
  const images = objectsOf(body['data']).filter(
    (item) =>
      item['b64_json'] !== undefined || (item['url'] !== undefined && item['object'] === undefined),
  );
  const texts = images.map((image) => asFilledText(image['revised_prompt']) ?? '[image]');
  return contentText(texts);
}
