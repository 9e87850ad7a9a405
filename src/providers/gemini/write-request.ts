import type { WrittenRequest } from '../dialect.ts';
import type { JsonObject } from '../json.ts';
import type { ChatMessage, ChatRequest, ContentPart, ToolResultPart } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';
import { writePath } from './path.ts';
import { writeFunctionResponse } from './tool-result.ts';
import { writeGenerationConfig, writeTier, writeTools } from './write-config.ts';
import { signFirstCall, withKnownResolution, writeParts } from './write-parts.ts';

/**
 * The request for Gemini's `v1beta`, which alone has every field that is written here. Streams are asked
 * for as server-sent events. Throws `unsupported_field` for what Gemini lacks: names of participants,
 * system messages between others, hidden thoughts of another provider, one call at a time.
 *
 * The caller's own marks (user, metadata, cache marks) are the gateway's to keep; Gemini takes none.
 */
export function writeRequest(request: ChatRequest): WrittenRequest {
  const { system, turns } = withoutSystem(request.messages);
  const method = request.stream ? 'streamGenerateContent' : 'generateContent';
  const query = request.stream ? '?alt=sse' : '';
  return {
    path: writePath({ version: 'v1beta', model: request.model, method, query }),
    body: {
      ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }),
      contents: writeContents(turns, request.model),
      ...writeTools(request),
      ...writeGenerationConfig(request),
      ...writeTier(request.serviceTier),
    },
    headers: {},
  };
}

/** One message and where it stood among all. */
interface Turn {
  readonly message: ChatMessage;
  readonly at: number;
}

function withoutSystem(messages: readonly ChatMessage[]): { system: JsonObject[]; turns: Turn[] } {
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [at, message] of messages.entries()) {
    if (message.role !== 'system') turns.push({ message, at });
    else if (turns.length === 0) system.push(...writeSystem(message, at));
    else {
      throw unsupportedField(
        `messages[${at}].role`,
        'Gemini takes system messages only before all others.',
      );
    }
  }
  return { system, turns };
}

function writeSystem(message: ChatMessage, at: number): JsonObject[] {
  return message.parts.map((part) => {
    if (part.kind !== 'text') {
      throw unsupportedField(`messages[${at}].content`, 'a system message can only hold text.');
    }
    return { text: part.text };
  });
}

interface Content {
  readonly role: 'user' | 'model';
  readonly parts: Part[];
  /** Whether it holds results of tools and nothing else: those of one turn belong together. */
  readonly isResults: boolean;
}

interface Part {
  readonly written: JsonObject;
  /** Of a result, the place of its call among all calls: without ids Gemini goes by their order. */
  readonly order: number;
}

/** A call made so far. */
interface Call {
  readonly name: string;
  readonly order: number;
}

function writeContents(turns: readonly Turn[], model: string): JsonObject[] {
  const contents: Content[] = [];
  const calls = new Map<string, Call>();
  for (const { message, at } of turns) {
    refuseName(message, at);
    for (const part of message.parts) {
      if (part.kind === 'tool_call') calls.set(part.id, { name: part.name, order: calls.size });
    }
    const content = writeContent(message, { at, model, calls });
    const last = contents.at(-1);
    if (content.isResults && last?.isResults === true) last.parts.push(...content.parts);
    else contents.push(content);
  }
  return contents.map(({ role, parts }) => ({
    role,
    parts: parts.toSorted((one, other) => one.order - other.order).map(({ written }) => written),
  }));
}

/** Names of tools on their results are said anyway; names of people Gemini does not know. */
function refuseName({ role, name }: ChatMessage, at: number): void {
  if (name === null || role === 'tool') return;
  throw unsupportedField(`messages[${at}].name`, 'Gemini has no names of participants.');
}

interface Around {
  readonly at: number;
  readonly model: string;
  /** All calls so far by their ids. */
  readonly calls: ReadonlyMap<string, Call>;
}

function writeContent(message: ChatMessage, around: Around): Content {
  const results = message.parts.filter((part) => part.kind === 'tool_result');
  const others = message.parts.filter((part) => part.kind !== 'tool_result');
  refuseHidden(others, around.at);
  const parts = [
    ...results.map((part) => writeResult(part, around)),
    ...signFirstCall(writeParts(others), around.model).map((part) =>
      unordered(withKnownResolution(part, around.model)),
    ),
  ];
  return {
    role: message.role === 'assistant' ? 'model' : 'user',
    // Gemini refuses a turn without parts.
    parts: parts.length === 0 ? [unordered({ text: '' })] : parts,
    isResults: results.length > 0 && others.length === 0,
  };
}

/** Parts that are no results keep their places, behind the results. */
function unordered(written: JsonObject): Part {
  return { written, order: Number.MAX_SAFE_INTEGER };
}

function refuseHidden(parts: readonly ContentPart[], at: number): void {
  const hasHidden = parts.some(
    (part) => part.kind === 'reasoning' && part.redacted && part.signature === null,
  );
  if (!hasHidden) return;
  throw unsupportedField(`messages[${at}].content`, 'hidden thoughts without their signature.');
}

function writeResult(part: ToolResultPart, { at, calls }: Around): Part {
  const call = calls.get(part.callId);
  const name = part.name ?? call?.name;
  if (name === undefined) {
    throw invalidField(`messages[${at}].tool_call_id`, 'the id of a call made before');
  }
  return { written: writeFunctionResponse(part, name), order: call?.order ?? -1 };
}
