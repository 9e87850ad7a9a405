import type { DatasetItem, DatasetMessage } from '../contract/datasets.ts';
import type { PromptVersion } from '../contract/prompts.ts';
import { renderVersion } from '../prompts/prompt-snapshot.ts';

export type Question = Pick<DatasetItem, 'messages' | 'context' | 'variables'>;

/** Variables that every item has: its last question, and its passages one below the other. */
const GIVEN = ['input', 'context'] as const;

/** Variables of a prompt that an item has no value for. */
export function missingVariables(version: PromptVersion, item: Question): string[] {
  const given = new Set<string>([...GIVEN, ...Object.keys(item.variables)]);
  return version.variables.filter((name) => !given.has(name));
}

/**
 * What is sent for an item: its own conversation, behind the prompt's messages; where the prompt takes `{{input}}`, the
 * prompt's messages are everything. Throws `invalid_request` for missing variables.
 */
export function buildMessages(version: PromptVersion | null, item: Question): DatasetMessage[] {
  if (version === null) return [...item.messages];
  const values: Record<string, string> = {
    input: lastQuestion(item),
    context: item.context.join('\n\n'),
    ...item.variables,
  };
  const used = version.variables.filter((name) => Object.hasOwn(values, name));
  const variables = Object.fromEntries(used.map((name) => [name, values[name] ?? '']));
  const { messages, text } = renderVersion(version, variables);
  const rendered = messages ?? [{ role: 'user' as const, content: text ?? '' }];
  return version.variables.includes('input') ? [...rendered] : [...rendered, ...item.messages];
}

/** The last thing the user says. */
export function lastQuestion({ messages }: Pick<Question, 'messages'>): string {
  return messages.findLast(({ role }) => role === 'user')?.content ?? '';
}
