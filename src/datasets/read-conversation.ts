import type { DatasetMessage } from '../contract/datasets.ts';

const MAX_MESSAGES = 200;
const MAX_CHARACTERS = 500_000;

type Fields = ReadonlyMap<string, unknown>;

/**
 * The conversation of a recorded request, in any of the dialects, as system, user and assistant texts. Null when it
 * has none, is too long, or says something that is no text (tool calls and their results, images).
 */
export function conversationIn(requestBody: string): DatasetMessage[] | null {
  const request = parse(requestBody);
  if (request === null) return null;
  const system = [request.get('system'), request.get('instructions')].map((text) => textOf(text));
  const gemini = fieldsOf(request.get('systemInstruction') ?? request.get('system_instruction'));
  const turns = turnsOf(request);
  if (turns === null) return null;
  const before = [...system, textOf(gemini?.get('parts'))].flatMap((content) =>
    content === null || content === '' ? [] : [{ role: 'system' as const, content }],
  );
  const messages = [...before, ...turns];
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  const fits = messages.length <= MAX_MESSAGES && characters <= MAX_CHARACTERS;
  return fits && turns.some(({ role }) => role === 'user') ? messages : null;
}

function turnsOf(request: Fields): DatasetMessage[] | null {
  for (const name of ['messages', 'input', 'contents', 'prompt']) {
    const value = request.get(name);
    if (typeof value === 'string') return [{ role: 'user', content: value }];
    if (Array.isArray(value)) return listOf(value);
  }
  return null;
}

const ROLES: Readonly<Record<string, DatasetMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  model: 'assistant',
};

function listOf(entries: readonly unknown[]): DatasetMessage[] | null {
  const messages: DatasetMessage[] = [];
  for (const entry of entries) {
    const fields = fieldsOf(entry);
    const role = ROLES[String(fields?.get('role') ?? 'user')];
    const content = textOf(fields?.get('content') ?? fields?.get('parts'));
    const callsTools = fields?.get('tool_calls') !== undefined;
    if (role === undefined || content === null || callsTools) return null;
    messages.push({ role, content });
  }
  return messages;
}

/** Text, or parts that all are text. */
function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part) => (typeof part === 'string' ? part : textIn(part)));
  return texts.every((text) => text !== null) ? texts.join('\n') : null;
}

function textIn(part: unknown): string | null {
  const text = fieldsOf(part)?.get('text');
  return typeof text === 'string' ? text : null;
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map<string, unknown>(Object.entries(value))
    : null;
}

function parse(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}
