import type { ContentPart, ToolCallPart } from '../neutral.ts';
import { invalidField } from '../refuse-field.ts';
import { flagIn, neededTextIn, objectIn, type Place, textIn } from '../request-fields.ts';
import type { ConversationCalls } from './call-ids.ts';
import { fieldsOf } from './fields.ts';
import { mediaPart, readDetail, readFileData, readInlineData } from './media.ts';
import { readFunctionResponse } from './tool-result.ts';

const PART: ReadonlySet<string> = new Set([
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'thought',
  'thoughtSignature',
  'mediaResolution',
]);
const CALL: ReadonlySet<string> = new Set(['id', 'name', 'args']);

/**
 * One part of a request's content. A signature on words becomes a reasoning part of its own behind them:
 * neutral text carries none. Hidden thoughts are a thought without words but with a signature.
 */
export function readPart(place: Place, calls: ConversationCalls): readonly ContentPart[] {
  const part = fieldsOf(place, PART);
  const text = textIn(part, 'text');
  const signature = textIn(part, 'thoughtSignature');
  if (text !== null) {
    return flagIn(part, 'thought') === true ? [thought(text, signature)] : words(text, signature);
  }
  const call = objectIn(part, 'functionCall');
  if (call !== null) {
    const at: Place = { object: call, path: `${place.path}functionCall.` };
    return [readFunctionCall(at, signature, calls)];
  }
  const response = objectIn(part, 'functionResponse');
  if (response !== null) {
    const at: Place = { object: response, path: `${place.path}functionResponse.` };
    return [readFunctionResponse(at, calls)];
  }
  if (signature !== null && Object.keys(part.object).length === 1) return words('', signature);
  return [readMedia(part)];
}

function thought(text: string, signature: string | null): ContentPart {
  return { kind: 'reasoning', text, signature, redacted: text === '' && signature !== null };
}

function words(text: string, signature: string | null): readonly ContentPart[] {
  if (signature === null) return [{ kind: 'text', text, cache: false }];
  const proof: ContentPart = { kind: 'reasoning', text: '', signature, redacted: false };
  return text === '' ? [proof] : [{ kind: 'text', text, cache: false }, proof];
}

function readFunctionCall(
  place: Place,
  signature: string | null,
  calls: ConversationCalls,
): ToolCallPart {
  const call = fieldsOf(place, CALL);
  const name = neededTextIn(call, 'name');
  return {
    kind: 'tool_call',
    id: calls.called(textIn(call, 'id'), name),
    name,
    arguments: JSON.stringify(objectIn(call, 'args') ?? {}),
    signature,
  };
}

function readMedia(part: Place): ContentPart {
  const resolution = objectIn(part, 'mediaResolution');
  const detail =
    resolution === null
      ? null
      : readDetail({ object: resolution, path: `${part.path}mediaResolution.` });
  const data = objectIn(part, 'inlineData');
  if (data !== null) {
    return mediaPart(readInlineData({ object: data, path: `${part.path}inlineData.` }), detail);
  }
  const file = objectIn(part, 'fileData');
  if (file === null) throw invalidField(part.path.slice(0, -1), 'a part with content');
  return mediaPart(readFileData({ object: file, path: `${part.path}fileData.` }), detail);
}

/**
 * Joins thoughts that were streamed piece by piece: clients keep the pieces as parts of their own, and the
 * signature, which proves the whole thought, comes with the last.
 */
export function joinThoughts(parts: readonly ContentPart[]): ContentPart[] {
  const joined: ContentPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const continues =
      part.kind === 'reasoning' &&
      (part.redacted || part.text !== '') &&
      last?.kind === 'reasoning' &&
      last.signature === null;
    if (!continues) joined.push(part);
    else {
      const text = last.text + part.text;
      joined[joined.length - 1] = { ...last, text, signature: part.signature };
    }
  }
  return joined;
}

/** The parts of two chunks of one answer: words that go on become one text, empty ones say nothing. */
export function joinWords(
  before: readonly ContentPart[],
  after: readonly ContentPart[],
): readonly ContentPart[] {
  const last = before.at(-1);
  const [first, ...rest] = after;
  if (first?.kind !== 'text') return [...before, ...after];
  if (first.text === '') return [...before, ...rest];
  if (last?.kind !== 'text') return [...before, ...after];
  return [...before.slice(0, -1), { ...last, text: last.text + first.text }, ...rest];
}
