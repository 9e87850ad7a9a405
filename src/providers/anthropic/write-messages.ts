import { type JsonObject, listOf } from '../json.ts';
import type { ChatMessage } from '../neutral.ts';
import { unsupportedField } from '../refuse-field.ts';
import { modelTraits } from './model-traits.ts';
import { textBlock, writeBlock } from './write-blocks.ts';

/** The system prompt and the turns of a request. */
export interface WrittenMessages {
  /** Null when there is none; text alone where one block says it. */
  readonly system: string | readonly JsonObject[] | null;
  readonly messages: readonly JsonObject[];
}

interface Turn {
  readonly role: 'user' | 'assistant' | 'system';
  readonly blocks: JsonObject[];
}

/**
 * Leading system messages become the system prompt. Later ones stay where they are, which models since
 * Claude Opus 4.8 allow after a user's turn; for others, and in other places, they are refused: moving
 * them would change what they mean. Tool results are the user's; neighbours of one role become one turn.
 * Throws `unsupported_field` with the place in the caller's messages.
 */
export function writeMessages(all: readonly ChatMessage[], model: string): WrittenMessages {
  const found = all.findIndex(({ role }) => role !== 'system');
  const first = found === -1 ? all.length : found;
  const system = all.slice(0, first).flatMap((message, index) => systemBlocks(message, index));
  const turns: Turn[] = [];
  for (const [offset, message] of all.slice(first).entries()) {
    addTurn(turns, writeTurn(message, first + offset), { model, index: first + offset });
  }
  return {
    system: system.length === 0 ? null : (plainText(system) ?? system),
    messages: turns.map(({ role, blocks }) => ({ role, content: plainText(blocks) ?? blocks })),
  };
}

function systemBlocks({ parts, name }: ChatMessage, index: number): JsonObject[] {
  refuseName(name, index);
  return parts.flatMap((part): JsonObject[] => {
    if (part.kind === 'text') return [...listOf(textBlock(part))];
    throw unsupportedField(`messages[${index}].content`, 'system messages hold text alone.');
  });
}

function refuseName(name: string | null, index: number): void {
  if (name === null) return;
  throw unsupportedField(`messages[${index}].name`, 'Anthropic has no names of participants.');
}

function writeTurn(message: ChatMessage, index: number): Turn {
  if (message.role === 'system') return { role: 'system', blocks: systemBlocks(message, index) };
  refuseName(message.role === 'tool' ? null : message.name, index);
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const blocks = message.parts.flatMap((part, position): JsonObject[] => {
    const isCall = part.kind === 'tool_call';
    const field = `messages[${index}].${isCall ? 'tool_calls' : `content[${position}]`}`;
    if (role === 'assistant' && (part.kind === 'image' || part.kind === 'file')) {
      throw unsupportedField(field, `an assistant's message holds no ${part.kind}.`);
    }
    return [...listOf(writeBlock(part, field))];
  });
  return { role, blocks };
}

/** Adds a turn, or joins it to the one before; turns that say nothing are left out. */
function addTurn(
  turns: Turn[],
  turn: Turn,
  { model, index }: { readonly model: string; readonly index: number },
): void {
  if (turn.blocks.length === 0) return;
  const last = turns.at(-1);
  if (last?.role === turn.role) {
    last.blocks.push(...turn.blocks);
    return;
  }
  if (turn.role === 'system') {
    if (!modelTraits(model).systemTurns) {
      throw unsupportedField(`messages[${index}]`, `${model} takes system messages only first.`);
    }
    if (last?.role !== 'user') {
      throw unsupportedField(
        `messages[${index}]`,
        'Anthropic takes later system messages only right after a message of the user.',
      );
    }
  }
  turns.push(turn);
}

/** The text of one plain text block; null for anything more. */
function plainText(blocks: readonly JsonObject[]): string | null {
  const [only] = blocks;
  if (blocks.length !== 1 || only?.['type'] !== 'text' || 'cache_control' in only) return null;
  return String(only['text']);
}
