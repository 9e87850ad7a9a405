import { asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { ChatAnswer, ContentPart } from '../neutral.ts';
import { readStopReason } from './stop-reason.ts';
import { readMessageUsage, readServiceTier } from './usage.ts';

/** A whole successful answer of `/v1/messages`. Blocks of server tools, which no translated request asks for, are left out. */
export function readChatAnswer(body: JsonObject): ChatAnswer {
  const reason = asFilledText(body['stop_reason']);
  const parts = objectsOf(body['content']).flatMap((block) => readAnswerBlock(block) ?? []);
  const refusal = refusalText(body['stop_details']);
  return {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    createdAt: null,
    choices: [
      {
        index: 0,
        parts: refusal === null ? parts : [...parts, { kind: 'refusal', text: refusal }],
        finishReason: reason === null ? null : readStopReason(reason),
        stopSequence: asText(body['stop_sequence']),
      },
    ],
    usage: readMessageUsage(body['usage']),
    serviceTier: readServiceTier(asObject(body['usage'])),
  };
}

/** Why the model refused, in words made for people; null when nothing is said. */
export function refusalText(details: unknown): string | null {
  return asFilledText(asObject(details)?.['explanation']);
}

function readAnswerBlock(block: JsonObject): ContentPart | null {
  switch (block['type']) {
    case 'text':
      return { kind: 'text', text: asText(block['text']) ?? '', cache: false };
    case 'thinking':
      return {
        kind: 'reasoning',
        text: asText(block['thinking']) ?? '',
        signature: asFilledText(block['signature']),
        redacted: false,
      };
    case 'redacted_thinking':
      return {
        kind: 'reasoning',
        text: '',
        signature: asFilledText(block['data']),
        redacted: true,
      };
    case 'tool_use':
      return {
        kind: 'tool_call',
        id: asText(block['id']) ?? '',
        name: asText(block['name']) ?? '',
        arguments: JSON.stringify(block['input'] ?? {}),
        signature: null,
      };
    default:
      return null;
  }
}
