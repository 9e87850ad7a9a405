import { asObject, type JsonObject, parseJson } from '../json.ts';
import type { ChatAnswer, ContentPart } from '../neutral.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeMessageUsage } from './usage.ts';
import { parseArguments } from './write-blocks.ts';

/** An answer for a client of this dialect, which knows one choice: the first. */
export function writeChatAnswer(answer: ChatAnswer): JsonObject {
  const [choice] = answer.choices;
  const parts = choice?.parts ?? [];
  const stopSequence = choice?.stopSequence ?? null;
  return {
    id: answer.id,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: parts.flatMap((part) => writeAnswerPart(part) ?? []),
    stop_reason: writeStopReason({
      reason: choice?.finishReason ?? null,
      stopSequence,
      callsTools: parts.some(({ kind }) => kind === 'tool_call'),
    }),
    stop_sequence: stopSequence,
    usage: writeMessageUsage(answer.usage, answer.serviceTier),
  };
}

function writeAnswerPart(part: ContentPart): JsonObject | null {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return part.text === '' ? null : { type: 'text', text: part.text };
    case 'reasoning':
      return part.redacted
        ? { type: 'redacted_thinking', data: part.signature ?? '' }
        : { type: 'thinking', thinking: part.text, signature: part.signature ?? '' };
    case 'tool_call': {
      const { id, name, arguments: text } = part;
      // A call cut by the token limit keeps what it has: clients of this dialect get objects, not text.
      const input = parseArguments(text) ?? asObject(parseJson(text)) ?? {};
      return { type: 'tool_use', id, name, input };
    }
    default:
      return null;
  }
}
