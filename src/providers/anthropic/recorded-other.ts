import { readError } from '../content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from '../define-provider.ts';
import { NO_USAGE, NOTHING_COUNTABLE } from '../exchange.ts';
import { asCount, asFilledText, asObject, asText, type JsonObject } from '../json.ts';
import type { StreamEvent } from '../sse.ts';
import { fromRequest } from './recorded-messages.ts';
import { readMessageUsage } from './usage.ts';

/** Counting the tokens of a request: nothing is generated and nothing billed, so there is no usage. */
export const anthropicCountTokens = defineProvider({
  id: 'anthropic-count-tokens',
  title: 'Anthropic token counting',
  dialect: 'anthropic',
  operations: ['count_tokens'],
  fromRequest: withoutCount,
  fromUpstream: (body): ReadReply => ({ ...otherReply(body), text: counted(body) }),
  fromChunks: otherChunks,
});

/** What is left of the API: models, batches, files. */
export const anthropicOther = defineProvider({
  id: 'anthropic-other',
  title: 'Anthropic (other)',
  dialect: 'anthropic',
  operations: ['passthrough'],
  fromRequest: withoutCount,
  fromUpstream: otherReply,
  fromChunks: otherChunks,
});

function withoutCount(body: JsonObject): ReadRequest {
  return { ...fromRequest(body), countable: NOTHING_COUNTABLE };
}

function counted(body: JsonObject): string | null {
  const tokens = asCount(body['input_tokens']);
  return tokens === null ? null : `input tokens: ${tokens}`;
}

function otherReply(body: JsonObject): ReadReply {
  const usage = body['usage'];
  return {
    model: asFilledText(body['model']),
    text: asText(body['completion']),
    finishReason: null,
    usage: usage === undefined ? NO_USAGE : readMessageUsage(usage),
    toolCalls: [],
    errorMessage: readError(body),
    serviceTier: null,
    generated: [],
  };
}

/** None of these streams; an event may still be an error. */
function otherChunks(events: readonly StreamEvent[]): ReadReply {
  const error = events
    .map(({ data }) => readError(asObject(data) ?? {}))
    .findLast((message) => message !== null);
  return { ...otherReply({}), errorMessage: error ?? null };
}
