import {
  CallParameters,
  type PromptMessage,
  type PromptVersion,
} from '../../../contract/prompts.ts';
import type { PromptVersionBody } from '../../data/prompts.ts';

export interface MessageDraft extends PromptMessage {
  /** Stays while others are added and removed. */
  readonly key: number;
}

/** A version while it is written. */
export interface ContentDraft {
  readonly kind: 'messages' | 'text';
  readonly messages: readonly MessageDraft[];
  readonly text: string;
  /** JSON text; empty: none. */
  readonly parameters: string;
  readonly note: string;
  /** Separated by commas. */
  readonly labels: string;
}

export const EMPTY_CONTENT: ContentDraft = {
  kind: 'messages',
  messages: [{ key: 1, role: 'system', template: '' }],
  text: '',
  parameters: '',
  note: '',
  labels: '',
};

/** A version as the beginning of the next one. */
export function contentOf({ messages, text, parameters }: PromptVersion): ContentDraft {
  return {
    ...EMPTY_CONTENT,
    kind: messages === null ? 'text' : 'messages',
    messages: messages?.map((message, key) => ({ ...message, key })) ?? EMPTY_CONTENT.messages,
    text: text ?? '',
    parameters:
      Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters, undefined, 2),
  };
}

/** The settings of a version; null when the text is none. */
export function readParameters(text: string): CallParameters | null {
  if (text.trim() === '') return {};
  try {
    const read = CallParameters.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function readLabels(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .map((label) => label.trim())
    .filter((label) => label !== '');
}

/** What is sent. Settings that are no settings are as if nothing were there: look at them before. */
export function bodyOf(draft: ContentDraft): PromptVersionBody {
  return {
    ...(draft.kind === 'text'
      ? { text: draft.text }
      : { messages: draft.messages.map(({ role, template }) => ({ role, template })) }),
    parameters: readParameters(draft.parameters) ?? {},
    note: draft.note.trim(),
    labels: readLabels(draft.labels),
  };
}

const VARIABLE = /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g;

/** The variables that the templates name, as the server finds them. */
export function variablesOf({ kind, messages, text }: ContentDraft): string[] {
  const templates = kind === 'text' ? [text] : messages.map(({ template }) => template);
  const names = templates.flatMap((template) =>
    [...template.matchAll(VARIABLE)].map(([, name]) => name ?? ''),
  );
  return [...new Set(names)];
}
