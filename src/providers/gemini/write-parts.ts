import { asObject, type JsonObject } from '../json.ts';
import type { ContentPart, ReasoningPart, ToolCallPart } from '../neutral.ts';
import { isMadeId } from './call-ids.ts';
import { writeMedia } from './media.ts';

/** What Google documents for calls whose signature is lost (ai.google.dev, thought signatures, November 2026). */
const SIGNATURE_LOST = 'skip_thought_signature_validator';

/**
 * Words, thoughts, calls and media of one turn. Tool results are not written here: they need the name of
 * their call. A refusal is words like any other to Gemini.
 */
export function writeParts(parts: readonly ContentPart[]): JsonObject[] {
  const written: JsonObject[] = [];
  for (const part of parts) {
    if (part.kind === 'reasoning' && signs(part, written.at(-1))) {
      written[written.length - 1] = {
        ...written.at(-1),
        thoughtSignature: part.signature,
      };
    } else written.push(writePart(part));
  }
  return written;
}

/** Whether this is only the signature of the words before it. */
function signs({ text, redacted }: ReasoningPart, before: JsonObject | undefined): boolean {
  return (
    text === '' &&
    !redacted &&
    before?.['text'] !== undefined &&
    before['thought'] === undefined &&
    before['thoughtSignature'] === undefined
  );
}

function writePart(part: ContentPart): JsonObject {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      return { text: part.text };
    case 'reasoning':
      return writeThought(part);
    case 'tool_call':
      return writeCall(part);
    case 'image':
    case 'audio':
    case 'file':
      return writeMedia(part);
    case 'tool_result':
      throw new Error('Results of tools are written with the name of their call.');
    default:
      return part satisfies never;
  }
}

/** A thought; words nobody may read are none, with a signature. */
export function writeThought({ text, signature, redacted }: ReasoningPart): JsonObject {
  const isThought = redacted || text !== '';
  return {
    text: redacted ? '' : text,
    ...(isThought ? { thought: true } : {}),
    ...(signature === null ? {} : { thoughtSignature: signature }),
  };
}

/** A `functionCall` part. Ids that we made stay with us: Gemini gave none. */
export function writeCall({ id, name, arguments: args, signature }: ToolCallPart): JsonObject {
  return {
    functionCall: { ...(isMadeId(id) ? {} : { id }), name, args: argumentsOf(args) },
    ...(signature === null ? {} : { thoughtSignature: signature }),
  };
}

/** Arguments as an object, which Gemini needs; text that is none is kept under `arguments`. */
export function argumentsOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    return asObject(value) ?? { arguments: value };
  } catch {
    return { arguments: text };
  }
}

function isFromThreeOn(model: string): boolean {
  return /gemini-(?:[3-9]|\d\d)/.test(model);
}

/** Models before Gemini 3 refuse a resolution of single parts; how closely they look is theirs to choose. */
export function withKnownResolution(part: JsonObject, model: string): JsonObject {
  if (part['mediaResolution'] === undefined || isFromThreeOn(model)) return part;
  const { mediaResolution: _, ...rest } = part;
  return rest;
}

/**
 * Signs the first call of a turn where its own signature is lost on the way: models from Gemini 3 on
 * refuse a turn whose first call has none.
 */
export function signFirstCall(parts: readonly JsonObject[], model: string): readonly JsonObject[] {
  if (!isFromThreeOn(model)) return parts;
  const calls = parts.filter((part) => part['functionCall'] !== undefined);
  const [first] = calls;
  if (first === undefined || calls.some((call) => call['thoughtSignature'] !== undefined)) {
    return parts;
  }
  return parts.map((part) =>
    part === first ? { ...part, thoughtSignature: SIGNATURE_LOST } : part,
  );
}
