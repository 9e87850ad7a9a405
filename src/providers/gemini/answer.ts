import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { AnswerChoice, ChatAnswer, ChatRequest, ContentPart } from '../neutral.ts';
import { madeId } from './call-ids.ts';
import { readFinishReason, writeFinishReason } from './finish-reason.ts';
import { readGeminiUsage, writeGeminiUsage } from './usage.ts';
import { writeParts } from './write-parts.ts';

/** Where a part of an answer stands, to make ids of calls that come without. */
export interface PartPlace {
  readonly responseId: string;
  readonly choice: number;
  /** Calls of this candidate before it. */
  readonly calls: number;
}

/**
 * What one part of an answer says; several where words are signed. Parts of tools that run at Google's
 * are left out: nobody who asked through another dialect can have asked for them.
 */
export function answerParts(part: JsonObject, place: PartPlace): readonly ContentPart[] {
  const signature = asFilledText(part['thoughtSignature']);
  const text = asText(part['text']);
  if (text !== null) return textParts(text, part['thought'] === true, signature);
  const call = asObject(part['functionCall']);
  if (call !== null) return [callPart(call, signature, place)];
  const data = asObject(part['inlineData']);
  const media = data === null ? [] : [imageOf(data)];
  return signature === null ? media : [...media, proof(signature)];
}

function textParts(text: string, isThought: boolean, signature: string | null): ContentPart[] {
  if (isThought) {
    return text === '' && signature === null
      ? []
      : [{ kind: 'reasoning', text, signature, redacted: false }];
  }
  const said: ContentPart[] = text === '' ? [] : [{ kind: 'text', text, cache: false }];
  return signature === null ? said : [...said, proof(signature)];
}

function proof(signature: string): ContentPart {
  return { kind: 'reasoning', text: '', signature, redacted: false };
}

function callPart(call: JsonObject, signature: string | null, place: PartPlace): ContentPart {
  const name = asText(call['name']) ?? '';
  const { responseId, choice, calls } = place;
  return {
    kind: 'tool_call',
    id: asFilledText(call['id']) ?? madeId({ responseId, choice, call: calls, name }),
    name,
    arguments: JSON.stringify(asObject(call['args']) ?? {}),
    signature,
  };
}

function imageOf(data: JsonObject): ContentPart {
  const mediaType = asText(data['mimeType']) ?? 'application/octet-stream';
  const source = { kind: 'data', mediaType, base64: asText(data['data']) ?? '' } as const;
  return mediaType.startsWith('audio/')
    ? { kind: 'audio', source }
    : { kind: 'image', source, detail: null };
}

/** A whole answer of Gemini. A prompt that was blocked is one empty choice, ended by the filter. */
export function readAnswer(body: JsonObject): ChatAnswer {
  const responseId = asFilledText(body['responseId']) ?? '';
  const candidates = objectsOf(body['candidates']);
  const usage = asObject(body['usageMetadata']);
  return {
    id: responseId,
    model: asFilledText(body['modelVersion']) ?? '',
    createdAt: createdAt(body),
    choices:
      candidates.length === 0
        ? blockedChoices(body)
        : candidates.map((candidate, position) => readCandidate(candidate, position, responseId)),
    usage: readGeminiUsage(usage),
    serviceTier: tierOf(usage),
  };
}

/** The tier as OpenAI names it; null when it is not said. */
export function tierOf(usage: JsonObject | null): string | null {
  const tier = asFilledText(usage?.['serviceTier'])?.toLowerCase() ?? null;
  return tier === 'standard' ? 'default' : tier;
}

function createdAt(body: JsonObject): number | null {
  const time = Date.parse(asText(body['createTime']) ?? '');
  return Number.isNaN(time) ? null : Math.floor(time / 1000);
}

function blockedChoices(body: JsonObject): AnswerChoice[] {
  if (!isBlocked(body)) return [];
  return [{ index: 0, parts: [], finishReason: 'content_filter', stopSequence: null }];
}

/** Whether the prompt was refused, so that there are no candidates. */
export function isBlocked(body: JsonObject): boolean {
  return asFilledText(asObject(body['promptFeedback'])?.['blockReason']) !== null;
}

function readCandidate(candidate: JsonObject, position: number, responseId: string): AnswerChoice {
  const index = asCount(candidate['index']) ?? position;
  const parts: ContentPart[] = [];
  for (const part of objectsOf(asObject(candidate['content'])?.['parts'])) {
    const calls = parts.filter(({ kind }) => kind === 'tool_call').length;
    parts.push(...answerParts(part, { responseId, choice: index, calls }));
  }
  const hasCalls = parts.some(({ kind }) => kind === 'tool_call');
  return {
    index,
    parts,
    finishReason: readFinishReason(candidate, hasCalls),
    stopSequence: null,
  };
}

/** The answer for a Gemini caller. Thoughts are left out for one that said it does not want to see them. */
export function writeAnswer(answer: ChatAnswer, request: ChatRequest): JsonObject {
  const usage = writeGeminiUsage(answer.usage);
  return {
    candidates: answer.choices.map(({ index, parts, finishReason }) => ({
      content: { parts: writeParts(shownParts(parts, request)), role: 'model' },
      ...(finishReason === null ? {} : { finishReason: writeFinishReason(finishReason) }),
      index,
    })),
    ...(usage === null ? {} : { usageMetadata: usage }),
    modelVersion: answer.model,
    responseId: answer.id,
  };
}

function shownParts(parts: readonly ContentPart[], request: ChatRequest): readonly ContentPart[] {
  if (request.reasoning?.visible !== false) return parts;
  return parts.filter((part) => part.kind !== 'reasoning' || part.text === '');
}
