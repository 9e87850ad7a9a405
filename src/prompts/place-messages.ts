import { AppError } from '../core/errors.ts';
import { asObject, type JsonObject } from '../providers/json.ts';
import type { CallShape } from './call-shape.ts';
import type { Rendered } from './prompt-snapshot.ts';

type Message = { readonly role: 'system' | 'user' | 'assistant'; readonly content: string };

/**
 * The body with a rendered prompt before whatever the caller said, in the caller's dialect: system messages go where the
 * dialect has them, before the caller's own. Throws `invalid_request` when the shape cannot hold the prompt (a
 * conversation in a call that takes one text).
 */
export function placeMessages(shape: CallShape, body: JsonObject, rendered: Rendered): JsonObject {
  const messages: readonly Message[] = rendered.messages ?? [
    { role: 'user', content: rendered.text ?? '' },
  ];
  switch (shape) {
    case 'openai-chat':
    case 'ollama-chat':
      return { ...body, messages: [...messages, ...listAt(body, 'messages')] };
    case 'openai-responses':
      return placeResponses(body, messages);
    case 'anthropic':
      return placeAnthropic(body, messages);
    case 'gemini':
      return placeGemini(body, messages);
    case 'openai-completions':
    case 'ollama-generate':
      return placeText(shape, body, messages);
  }
}

function systemOf(messages: readonly Message[]): string {
  return messages
    .filter(({ role }) => role === 'system')
    .map(({ content }) => content)
    .join('\n\n');
}

function turnsOf(messages: readonly Message[]): readonly Message[] {
  return messages.filter(({ role }) => role !== 'system');
}

/** Texts one after the other with an empty line between; empty ones are left out. */
function join(...texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}

/** What the caller said is kept or refused, never dropped: a field of another type than the dialect's is refused. */
function refuse(field: string, must: string): never {
  throw new AppError('invalid_request', `${field} has to be ${must} to put a prompt before it.`, {
    details: { field },
  });
}

function listAt(body: JsonObject, field: string): readonly unknown[] {
  const value = body[field] ?? [];
  return Array.isArray(value) ? value : refuse(field, 'a list');
}

function textAt(body: JsonObject, field: string): string {
  const value = body[field] ?? '';
  return typeof value === 'string' ? value : refuse(field, 'a text');
}

function placeResponses(body: JsonObject, messages: readonly Message[]): JsonObject {
  const instructions = join(systemOf(messages), textAt(body, 'instructions'));
  const input = body['input'];
  const said = typeof input === 'string' ? userTurn(input) : listAt(body, 'input');
  return {
    ...body,
    ...(instructions === '' ? {} : { instructions }),
    input: [...turnsOf(messages), ...said],
  };
}

function userTurn(content: string): readonly Message[] {
  return content === '' ? [] : [{ role: 'user', content }];
}

function placeAnthropic(body: JsonObject, messages: readonly Message[]): JsonObject {
  const own = systemOf(messages);
  const before = body['system'];
  const system =
    Array.isArray(before) && own !== ''
      ? [{ type: 'text', text: own }, ...before]
      : Array.isArray(before)
        ? before
        : join(own, textAt(body, 'system'));
  return {
    ...body,
    ...(system === '' ? {} : { system }),
    messages: [...turnsOf(messages), ...listAt(body, 'messages')],
  };
}

function placeGemini(body: JsonObject, messages: readonly Message[]): JsonObject {
  const own = systemOf(messages);
  const name = 'system_instruction' in body ? 'system_instruction' : 'systemInstruction';
  const before = instructionAt(body, name);
  const parts = [...(own === '' ? [] : [{ text: own }]), ...partsOf(before)];
  const turns = turnsOf(messages).map(({ role, content }) => ({
    role: role === 'assistant' ? 'model' : 'user',
    parts: [{ text: content }],
  }));
  return {
    ...body,
    ...(parts.length === 0 ? {} : { [name]: { ...before, parts } }),
    contents: [...turns, ...listAt(body, 'contents')],
  };
}

function instructionAt(body: JsonObject, field: string): JsonObject {
  const value = body[field] ?? {};
  return asObject(value) ?? refuse(field, 'an object with parts');
}

/** Gemini takes a single part for a list of one. */
function partsOf(content: JsonObject): readonly unknown[] {
  const single = asObject(content['parts']);
  return single === null ? listAt(content, 'parts') : [single];
}

function placeText(shape: CallShape, body: JsonObject, messages: readonly Message[]): JsonObject {
  const turns = turnsOf(messages);
  const system = systemOf(messages);
  const takesSystem = shape === 'ollama-generate';
  const said = body['prompt'] ?? '';
  if (turns.some(({ role }) => role === 'assistant') || (system !== '' && !takesSystem)) {
    throw new AppError(
      'invalid_request',
      'The prompt is a conversation, and this call takes one text. Call a chat endpoint.',
    );
  }
  if (typeof said !== 'string') {
    throw new AppError(
      'invalid_request',
      'A registered prompt can be put before one text, not before a list.',
    );
  }
  const whole = join(system, takesSystem ? textAt(body, 'system') : '');
  return {
    ...body,
    ...(takesSystem && whole !== '' ? { system: whole } : {}),
    prompt: join(...turns.map(({ content }) => content), said),
  };
}
