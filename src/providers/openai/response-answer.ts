import { asCount, asFilledText, asObject, asText, type JsonObject, objectsOf } from '../json.ts';
import type { AnswerChoice, ChatAnswer, ContentPart, FinishReason } from '../neutral.ts';
import { readUsage } from '../usage.ts';
import { argumentsOf, noAnswer } from './chat-answer.ts';
import { writeOwnSignature } from './response-signature.ts';
import { signatureIn } from './tools.ts';

/** A whole response. Throws AppError `upstream_truncated` when it is none, or a failed one. */
export function readResponse(body: JsonObject): ChatAnswer {
  if (!Array.isArray(body['output']) || body['status'] === 'failed') throw noAnswer(body);
  const parts = objectsOf(body['output']).flatMap(readItem);
  const choice: AnswerChoice = {
    index: 0,
    parts,
    finishReason: readStatus(body, parts),
    stopSequence: null,
  };
  return {
    id: asText(body['id']) ?? '',
    model: asText(body['model']) ?? '',
    createdAt: asCount(body['created_at']),
    choices: [choice],
    usage: readUsage(body['usage']),
    serviceTier: asFilledText(body['service_tier']),
  };
}

function readItem(item: JsonObject, position: number): ContentPart[] {
  switch (item['type']) {
    case 'message':
      return objectsOf(item['content']).flatMap(readPart);
    case 'reasoning':
      return readThought(item);
    case 'function_call':
      return [
        {
          kind: 'tool_call',
          id: asFilledText(item['call_id']) ?? asFilledText(item['id']) ?? `call_${position}`,
          name: asText(item['name']) ?? '',
          arguments: argumentsOf(item['arguments']),
          signature: signatureIn(item),
        },
      ];
    default:
      return [];
  }
}

function readPart(part: JsonObject): ContentPart[] {
  const refusal = asFilledText(part['refusal']);
  if (refusal !== null) return [{ kind: 'refusal', text: refusal }];
  const text = asText(part['text']);
  return text === null || text === '' ? [] : [{ kind: 'text', text, cache: false }];
}

function readThought(item: JsonObject): ContentPart[] {
  const texts = [...objectsOf(item['summary']), ...objectsOf(item['content'])];
  const text = texts.map((part) => asText(part['text']) ?? '').join('\n\n');
  const signature = signatureOfItem(item);
  if (text === '' && signature === null) return [];
  return [{ kind: 'reasoning', text, signature, redacted: text === '' }];
}

/** The encrypted thoughts of an item with its id, as one signature; null when it has none. */
export function signatureOfItem(item: JsonObject): string | null {
  const encrypted = asFilledText(item['encrypted_content']);
  if (encrypted === null) return null;
  return writeOwnSignature({ itemId: asText(item['id']) ?? '', encrypted });
}

function readStatus(body: JsonObject, parts: readonly ContentPart[]): FinishReason | null {
  switch (body['status']) {
    case 'completed':
    case undefined:
      return completedReason({
        called: parts.some(({ kind }) => kind === 'tool_call'),
        refused: parts.some(({ kind }) => kind === 'refusal'),
      });
    case 'incomplete':
      return incompleteReason(body);
    default:
      return 'other';
  }
}

export function completedReason(seen: { called: boolean; refused: boolean }): FinishReason {
  if (seen.called) return 'tool_calls';
  return seen.refused ? 'refusal' : 'stop';
}

export function incompleteReason(response: JsonObject | null): FinishReason {
  const reason = asObject(response?.['incomplete_details'])?.['reason'];
  if (reason === 'max_output_tokens' || reason === 'max_tokens') return 'length';
  return reason === 'content_filter' ? 'content_filter' : 'other';
}
