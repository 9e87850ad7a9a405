import { type ColumnMap, type DatasetMessage, NewDatasetItem } from '../contract/datasets.ts';

/** The fields of one line or row, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** What each part of an item is read from; null: it is not there. */
export interface FullMap {
  readonly key: string | null;
  readonly input: string | null;
  readonly reference: string | null;
  readonly context: string | null;
  readonly variables: readonly string[];
  readonly metadata: readonly string[];
}

/** Names that files of this kind use, the more telling ones first. */
const USUAL = {
  key: ['key', 'id', 'item_id', 'uid'],
  input: ['messages', 'input', 'prompt', 'question', 'query', 'instruction', 'conversation'],
  reference: [
    'reference',
    'expected',
    'expected_output',
    'ideal',
    'ground_truth',
    'answer',
    'output',
    'completion',
    'target',
  ],
  context: ['context', 'contexts', 'passages', 'documents', 'retrieved_contexts'],
} as const;

/** The map with its gaps filled by the usual names; a part that is named null stays out. */
export function completeMap(columns: readonly string[], map: ColumnMap = {}): FullMap {
  const byName = new Map(columns.toReversed().map((name) => [name.trim().toLowerCase(), name]));
  const taken = new Set(
    [map.key, map.input, map.reference, map.context, map.variables, map.metadata].flat(),
  );
  const choose = (part: keyof typeof USUAL): string | null => {
    const named = map[part];
    if (named !== undefined) return named;
    const usual = USUAL[part].find((name) => {
      const column = byName.get(name);
      return column !== undefined && !taken.has(column);
    });
    return usual === undefined ? null : (byName.get(usual) ?? null);
  };
  return {
    key: choose('key'),
    input: choose('input'),
    reference: choose('reference'),
    context: choose('context'),
    variables: map.variables ?? [],
    metadata: map.metadata ?? [],
  };
}

/** An item, or why the line is none. */
export type ReadItem =
  | { readonly item: NewDatasetItem; readonly reason: null }
  | { readonly item: null; readonly reason: string };

/** Reads an item from the fields of a line. */
export function readItem(fields: Fields, map: FullMap): ReadItem {
  if (map.input === null) {
    return refused('no column is known to hold the question: name it with the column map');
  }
  const messages = messagesOf(fields[map.input]);
  if (messages === null) return refused(`${map.input} holds no question`);
  const named = map.reference === null ? null : textOf(fields[map.reference]);
  const last = messages.at(-1);
  // Files for fine-tuning end with the answer.
  const endsWithAnswer = named === null && messages.length > 1 && last?.role === 'assistant';
  const key = map.key === null ? null : textOf(fields[map.key]);
  const parsed = NewDatasetItem.safeParse({
    ...(key === null ? {} : { key }),
    messages: endsWithAnswer ? messages.slice(0, -1) : messages,
    reference: endsWithAnswer ? last.content : named,
    context: map.context === null ? [] : passagesOf(fields[map.context]),
    variables: { ...recordOf(fields['variables']), ...pick(fields, map.variables) },
    metadata: { ...recordOf(fields['metadata']), ...pick(fields, map.metadata) },
  });
  if (parsed.success) return { item: parsed.data, reason: null };
  const [issue] = parsed.error.issues;
  return refused(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim());
}

function refused(reason: string): ReadItem {
  return { item: null, reason };
}

/** A text, a number or a truth value as text; a structure as JSON; null where there is nothing. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value === '' ? null : value;
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    return value[0] ?? null;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function messagesOf(value: unknown): DatasetMessage[] | null {
  if (Array.isArray(value)) return conversationOf(value);
  const text = textOf(value);
  if (text === null || text.trim() === '') return null;
  const parsed = /^\s*\[\s*\{/.test(text) ? parseJson(text) : null;
  const inside = Array.isArray(parsed) ? conversationOf(parsed) : null;
  return inside ?? [{ role: 'user', content: text }];
}

const ROLES: Readonly<Record<string, DatasetMessage['role']>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  model: 'assistant',
  gpt: 'assistant',
};

/** Null as soon as one entry is no message: half a conversation is another question. */
function conversationOf(entries: readonly unknown[]): DatasetMessage[] | null {
  const messages: DatasetMessage[] = [];
  for (const entry of entries) {
    if (typeof entry !== 'object' || entry === null) return null;
    const fields = new Map<string, unknown>(Object.entries(entry));
    const role = ROLES[String(fields.get('role') ?? fields.get('from'))];
    const content = contentOf(fields.get('content') ?? fields.get('value'));
    if (role === undefined || content === null) return null;
    messages.push({ role, content });
  }
  return messages.length === 0 ? null : messages;
}

function contentOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part: unknown) =>
    typeof part === 'object' && part !== null && 'text' in part ? part.text : null,
  );
  return texts.every((text) => typeof text === 'string') ? texts.join('\n') : null;
}

const PASSAGE_FIELDS = ['text', 'content', 'page_content', 'passage', 'document'];

function passagesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => passageOf(entry) ?? []);
  const text = textOf(value);
  if (text === null) return [];
  const parsed = /^\s*\[/.test(text) ? parseJson(text) : null;
  return Array.isArray(parsed) ? passagesOf(parsed) : [text];
}

function passageOf(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  if (typeof entry !== 'object' || entry === null) return null;
  const fields = new Map<string, unknown>(Object.entries(entry));
  const named = PASSAGE_FIELDS.map((name) => fields.get(name)).find(
    (text) => typeof text === 'string',
  );
  return typeof named === 'string' ? named : null;
}

function recordOf(value: unknown): Record<string, string> {
  const record = typeof value === 'string' ? parseJson(value) : value;
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return {};
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, inner]) => {
      const text = textOf(inner);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function pick(fields: Fields, names: readonly string[]): Record<string, string> {
  return recordOf(Object.fromEntries(names.map((name) => [name, fields[name]])));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
