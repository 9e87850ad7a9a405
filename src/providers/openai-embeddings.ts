import { readCaller, readError } from './content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from './define-provider.ts';
import { asFilledText, type JsonObject } from './json.ts';
import { readInput } from './openai-completions.ts';
import { readUsage } from './usage.ts';

/** Embeddings: tokens go in, vectors come out, so there are no output tokens and no text. */
export const openaiEmbeddings = defineProvider({
  id: 'openai-embeddings',
  title: 'OpenAI embeddings',
  dialect: 'openai',
  operations: ['embeddings'],
  fromRequest,
  fromUpstream,
  // Embeddings are never streamed; the last event of something that claims to be says it all.
  fromChunks: (events) => fromUpstream((events.at(-1)?.data ?? {}) as JsonObject),
});

function fromRequest(body: JsonObject): ReadRequest {
  const input = readInput(body['input']);
  return {
    ...readCaller(body),
    model: asFilledText(body['model']),
    promptText: input.texts.length === 0 ? null : input.texts.join('\n'),
    countable: {
      shape: 'embeddings',
      input: input.texts.map((text) => ({ role: 'user', name: null, text })),
      tools: null,
      output: [],
      isCut: false,
      inputTokenIds: input.tokenIds,
      hasUncountable: false,
    },
  };
}

function fromUpstream(body: JsonObject): ReadReply {
  const usage = readUsage(body['usage']);
  return {
    model: asFilledText(body['model']),
    text: null,
    finishReason: null,
    usage: usage.source === null ? usage : { ...usage, output: usage.output ?? 0 },
    toolCalls: [],
    errorMessage: readError(body),
    serviceTier: asFilledText(body['service_tier']),
    generated: [],
  };
}
