import { asFilledText, type JsonObject } from '../json.ts';
import type { ChatMessage, ChatRequest, ContentPart } from '../neutral.ts';
import { invalidField, unsupportedField } from '../refuse-field.ts';
import { objectIn, type Place, placesIn, textIn } from '../request-fields.ts';
import { ConversationCalls } from './call-ids.ts';
import { fieldsOf } from './fields.ts';
import { readPath } from './path.ts';
import { readGenerationConfig } from './read-config.ts';
import { joinThoughts, joinWords, readPart } from './read-parts.ts';
import { readToolConfig, readTools } from './read-tools.ts';

const BODY: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'labels',
  'serviceTier',
  'store',
]);
const CONTENT: ReadonlySet<string> = new Set(['role', 'parts']);
const TIERS: Readonly<Record<string, string | null>> = {
  unspecified: null,
  standard: 'default',
  flex: 'flex',
  priority: 'priority',
};

/**
 * A `generateContent` or `streamGenerateContent` call in neutral words; model and streaming are in the
 * path. Throws `unsupported_field` for what belongs to Gemini alone: safety settings, cached content,
 * server-side tools, media beyond text as an answer.
 */
export function readRequest(body: JsonObject, path: string): ChatRequest {
  const target = readPath(path);
  const request = fieldsOf({ object: body, path: '' }, BODY);
  refuseUnlessEmpty(request);
  const tools = readTools(placesIn(request, 'tools'));
  const { toolChoice, tools: offered } = readToolConfig(request, tools);
  return {
    model: target?.model ?? asFilledText(request.object['model'])?.replace(/^models\//, '') ?? '',
    stream: target?.method === 'streamGenerateContent',
    messages: readMessages(request),
    tools: offered,
    toolChoice,
    parallelToolCalls: null,
    ...readGenerationConfig(request),
    userId: null,
    metadata: readLabels(request),
    serviceTier: readTier(request),
  };
}

function refuseUnlessEmpty(request: Place): void {
  const settings = placesIn(request, 'safetySettings');
  if (settings.length > 0) {
    throw unsupportedField('safetySettings', 'only Gemini has these thresholds.');
  }
  if (request.object['store'] === true) {
    throw unsupportedField('store', 'only Gemini can keep what it answers.');
  }
}

function readMessages(request: Place): ChatMessage[] {
  const calls = new ConversationCalls();
  const system = objectIn(request, 'systemInstruction');
  const first: ChatMessage[] =
    system === null ? [] : [readSystem({ object: system, path: 'systemInstruction.' }, calls)];
  const turns = joinTurns(placesIn(request, 'contents').map((place) => readTurn(place, calls)));
  return [...first, ...turns.flatMap(messagesOf)];
}

/** One content, or several that a client kept of one streamed answer. */
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly parts: readonly ContentPart[];
}

function readTurn(place: Place, calls: ConversationCalls): Turn {
  const content = fieldsOf(place, CONTENT);
  const parts = placesIn(content, 'parts').flatMap((part) => readPart(part, calls));
  return { role: readRole(content), parts };
}

/** Clients keep each chunk of a streamed answer as a content of its own: together they are one turn. */
function joinTurns(turns: readonly Turn[]): Turn[] {
  const joined: Turn[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (turn.role === 'assistant' && last?.role === 'assistant') {
      joined[joined.length - 1] = { ...last, parts: joinWords(last.parts, turn.parts) };
    } else joined.push(turn);
  }
  return joined;
}

function readSystem(place: Place, calls: ConversationCalls): ChatMessage {
  const content = fieldsOf(place, CONTENT);
  const parts = placesIn(content, 'parts').flatMap((part) => readPart(part, calls));
  if (parts.some(({ kind }) => kind !== 'text')) {
    throw unsupportedField(`${place.path}parts`, 'a system instruction can only hold text.');
  }
  return { role: 'system', name: null, parts };
}

/** The messages of a turn; every result of a function is one of its own, as most dialects have it. */
function messagesOf({ role, parts }: Turn): ChatMessage[] {
  const messages: ChatMessage[] = [];
  let run: ContentPart[] = [];
  const closeRun = (): void => {
    if (run.length > 0) messages.push({ role, name: null, parts: run });
    run = [];
  };
  for (const part of joinThoughts(parts)) {
    if (part.kind === 'tool_result') {
      closeRun();
      messages.push({ role: 'tool', name: null, parts: [part] });
    } else run.push(part);
  }
  closeRun();
  return messages.length === 0 ? [{ role, name: null, parts: [] }] : messages;
}

function readRole(content: Place): 'user' | 'assistant' {
  const role = textIn(content, 'role') ?? 'user';
  if (role === 'model') return 'assistant';
  // `function` is the role of results in the first versions of the API.
  if (role === 'user' || role === 'function' || role === '') return 'user';
  throw invalidField(`${content.path}role`, 'user, model or function');
}

function readLabels(request: Place): Readonly<Record<string, string>> {
  const labels = objectIn(request, 'labels') ?? {};
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => {
      if (typeof value !== 'string') throw invalidField(`labels.${name}`, 'a string');
      return [name, value];
    }),
  );
}

function readTier(request: Place): string | null {
  const tier = textIn(request, 'serviceTier');
  if (tier === null) return null;
  const known = TIERS[tier];
  if (known === undefined) throw invalidField('serviceTier', 'standard, flex or priority');
  return known;
}
