import type { Usage } from '../../interactions/record.ts';
import { readError } from '../content.ts';
import { defineProvider, type ReadReply, type ReadRequest } from '../define-provider.ts';
import { type CountableMessage, NO_USAGE, type ToolCall } from '../exchange.ts';
import {
  asCount,
  asFilledText,
  asObject,
  asText,
  type JsonObject,
  listOf,
  objectsOf,
} from '../json.ts';
import type { StreamEvent } from '../sse.ts';
import { isBlocked, tierOf } from './answer.ts';
import { readErrorObject } from './error-body.ts';
import { fieldIn } from './fields.ts';
import { readFinishReason } from './finish-reason.ts';
import { hasOtherParts, lastUserText, partText } from './recorded-text.ts';
import { readGeminiUsage } from './usage.ts';

/** `generateContent` and `streamGenerateContent`, with server-sent events or as one list of chunks. */
export const geminiChat = defineProvider({
  id: 'gemini-chat',
  title: 'Gemini content generation',
  dialect: 'gemini',
  operations: ['chat'],
  fromRequest,
  fromUpstream: (body) => fromBodies([body]),
  fromChunks: (events: readonly StreamEvent[]) =>
    fromBodies(events.flatMap(({ data }) => listOf(asObject(data)))),
});

function fromRequest(body: JsonObject): ReadRequest {
  const contents = objectsOf(body['contents']);
  const system = asObject(fieldIn(body, 'systemInstruction'));
  const tools = body['tools'];
  const labels = Object.entries(asObject(body['labels']) ?? {});
  return {
    // The path names it; a body may repeat it.
    model: asFilledText(body['model'])?.replace(/^models\//, '') ?? null,
    promptText: lastUserText(contents),
    userId: null,
    sessionId: null,
    metadata: Object.fromEntries(
      labels
        .filter((label): label is [string, string] => typeof label[1] === 'string')
        .slice(0, 64),
    ),
    countable: {
      shape: 'chat',
      input: [
        ...(system === null ? [] : [countable(system, 'system')]),
        ...contents.map((content) => countable(content, asText(content['role']) ?? 'user')),
      ],
      tools: Array.isArray(tools) && tools.length > 0 ? JSON.stringify(tools) : null,
      output: [],
      isCut: false,
      inputTokenIds: 0,
      hasUncountable: contents.some(hasOtherParts) || fieldIn(body, 'cachedContent') !== undefined,
    },
  };
}

/** Words, calls and results; media cannot be counted as text. */
function countable(content: JsonObject, role: string): CountableMessage {
  const texts = objectsOf(content['parts']).flatMap((part) => {
    const called =
      asObject(fieldIn(part, 'functionCall')) ?? asObject(fieldIn(part, 'functionResponse'));
    if (called === null) return listOf(asText(part['text']));
    const given = asObject(called['args']) ?? asObject(called['response']) ?? {};
    return [`${asText(called['name']) ?? ''}${JSON.stringify(given)}`];
  });
  return { role, name: null, text: texts.filter((text) => text !== '').join('\n') };
}

/** One candidate, as far as it came. */
interface Candidate {
  text: string;
  thoughts: string;
  finishReason: string | null;
  readonly calls: ToolCall[];
}

/** A client cannot ask for more than 8. */
const MAX_CANDIDATES = 128;

function fromBodies(bodies: readonly JsonObject[]): ReadReply {
  const candidates = new Map<number, Candidate>();
  const last = { model: null as string | null, tier: null as string | null, usage: NO_USAGE };
  let error: string | null = null;
  let blocked = false;
  for (const body of bodies) {
    const metadata = asObject(fieldIn(body, 'usageMetadata'));
    const usage = readGeminiUsage(metadata);
    if (usage.source !== null) last.usage = usage;
    last.model = asFilledText(fieldIn(body, 'modelVersion')) ?? last.model;
    last.tier = tierOf(metadata) ?? last.tier;
    error = readErrorObject(body, null)?.message ?? readError(body) ?? error;
    blocked ||= isBlocked(body);
    addCandidates(candidates, body);
  }
  const sorted = [...candidates].sort(([a], [b]) => a - b).map(([, candidate]) => candidate);
  const texts = sorted.map(({ text }) => text).filter((text) => text !== '');
  const toolCalls = sorted.flatMap(({ calls }) => calls);
  const finishReason = sorted[0]?.finishReason ?? (blocked ? 'content_filter' : null);
  return {
    model: last.model,
    text: texts.length === 0 ? null : texts.join('\n\n'),
    finishReason,
    usage: settledUsage(last.usage, finishReason, texts),
    toolCalls,
    errorMessage: error,
    serviceTier: last.tier,
    generated: [
      ...sorted.flatMap(({ thoughts, text }) => [thoughts, text]),
      ...toolCalls.map((call) => `${call.name}${call.arguments}`),
    ].filter((part) => part !== ''),
  };
}

/** Counts grow with the stream: of a cut one, no output beside words is not the bill. */
function settledUsage(usage: Usage, finishReason: string | null, texts: readonly string[]): Usage {
  const isEarly = usage.output === null || (usage.output === 0 && finishReason === null);
  return isEarly && texts.length > 0 ? NO_USAGE : usage;
}

function addCandidates(candidates: Map<number, Candidate>, body: JsonObject): void {
  for (const [position, item] of objectsOf(body['candidates']).entries()) {
    const index = asCount(item['index']) ?? position;
    let candidate = candidates.get(index);
    if (candidate === undefined) {
      if (candidates.size === MAX_CANDIDATES) return;
      candidate = { text: '', thoughts: '', finishReason: null, calls: [] };
      candidates.set(index, candidate);
    }
    for (const part of objectsOf(asObject(item['content'])?.['parts'])) addPart(candidate, part);
    const reason = readFinishReason(item, candidate.calls.length > 0);
    candidate.finishReason = reason ?? candidate.finishReason;
  }
}

function addPart(candidate: Candidate, part: JsonObject): void {
  const call = asObject(fieldIn(part, 'functionCall'));
  if (call !== null) {
    candidate.calls.push({
      id: asFilledText(call['id']),
      name: asText(call['name']) ?? '',
      arguments: JSON.stringify(asObject(call['args']) ?? {}),
    });
  } else if (part['thought'] === true) {
    candidate.thoughts += asText(part['text']) ?? '';
  } else {
    candidate.text += partText(part) ?? '';
  }
}
