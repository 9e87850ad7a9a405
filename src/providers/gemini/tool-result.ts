import { asObject, asText, type JsonObject } from '../json.ts';
import type { ContentPart, ToolResultPart } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';
import { neededTextIn, objectIn, type Place, placesIn, textIn } from '../request-fields.ts';
import { type ConversationCalls, isMadeId } from './call-ids.ts';
import { fieldsOf } from './fields.ts';
import { mediaPart, readFileData, readInlineData, writeMedia } from './media.ts';

const RESPONSE: ReadonlySet<string> = new Set(['id', 'name', 'response', 'parts']);
const RESPONSE_PART: ReadonlySet<string> = new Set(['inlineData', 'fileData']);

/** A `functionResponse`; one without an id answers the first open call of its function. */
export function readFunctionResponse(place: Place, calls: ConversationCalls): ToolResultPart {
  const response = fieldsOf(place, RESPONSE);
  const name = neededTextIn(response, 'name');
  const callId = calls.answered(textIn(response, 'id'), name);
  if (callId === null)
    throw invalidField(`${place.path}name`, 'the name of a function called before');
  const { text, isError } = readPayload(objectIn(response, 'response') ?? {});
  const words: ContentPart[] = text === '' ? [] : [{ kind: 'text', text, cache: false }];
  const media = placesIn(response, 'parts').map(readResponsePart);
  return { kind: 'tool_result', callId, name, parts: [...words, ...media], isError };
}

function readResponsePart(place: Place): ContentPart {
  const part = fieldsOf(place, RESPONSE_PART);
  const data = objectIn(part, 'inlineData');
  if (data !== null) {
    return mediaPart(readInlineData({ object: data, path: `${place.path}inlineData.` }), null);
  }
  const file = objectIn(part, 'fileData');
  if (file === null) throw invalidField(place.path, 'inlineData or fileData');
  return mediaPart(readFileData({ object: file, path: `${place.path}fileData.` }), null);
}

/**
 * What a function gave back, as text: under `output`, or under `error` when it failed; an object without
 * either is the output itself (ai.google.dev/api/caching, FunctionResponse.response).
 */
function readPayload(response: JsonObject): { text: string; isError: boolean } {
  const names = Object.keys(response);
  const [name] = names;
  if (names.length !== 1 || (name !== 'output' && name !== 'error')) {
    return { text: names.length === 0 ? '' : JSON.stringify(response), isError: false };
  }
  const value = response[name];
  return { text: asText(value) ?? JSON.stringify(value), isError: name === 'error' };
}

/** The `functionResponse` part; `name` is the function's, which Gemini needs. */
export function writeFunctionResponse(part: ToolResultPart, name: string): JsonObject {
  const words: string[] = [];
  const media: JsonObject[] = [];
  for (const inner of part.parts) {
    if (inner.kind === 'text') words.push(inner.text);
    else if (inner.kind === 'image' || inner.kind === 'audio' || inner.kind === 'file') {
      media.push(writeMedia(inner));
    } else throw unsupportedField('messages', `a tool result cannot hold a ${inner.kind} part.`);
  }
  return {
    functionResponse: {
      ...(isMadeId(part.callId) ? {} : { id: part.callId }),
      name,
      response: writePayload(words.join('\n'), part.isError),
      ...(media.length === 0 ? {} : { parts: media }),
    },
  };
}

function writePayload(text: string, isError: boolean): JsonObject {
  const value = asValue(text);
  if (isError) return { error: value ?? text };
  // An object that reads back as this very text may stand by itself.
  if (value !== null && readPayload(value).text === text && !readPayload(value).isError) {
    return value;
  }
  return { output: text };
}

/** The JSON object that the text is, if it is written exactly as we would. */
function asValue(text: string): JsonObject | null {
  if (!text.startsWith('{')) return null;
  try {
    const value = asObject(JSON.parse(text));
    return value !== null && JSON.stringify(value) === text ? value : null;
  } catch {
    return null;
  }
}
