import { anthropicDialect } from './anthropic/dialect.ts';
import type { Dialect } from './dialect.ts';
import { geminiDialect } from './gemini/dialect.ts';
import { ollamaDialect } from './ollama/dialect.ts';
import { openAiDialect } from './openai/dialect.ts';

/** Every language of LLM APIs that is spoken here. A new one is a folder beside these and a line here. */
export const DIALECTS: readonly Dialect[] = [
  openAiDialect,
  anthropicDialect,
  geminiDialect,
  ollamaDialect,
];

const BY_ID: ReadonlyMap<string, Dialect> = new Map(
  DIALECTS.map((dialect) => [dialect.id, dialect]),
);

/** The dialect of this name. A missing one is a bug, not the caller's fault: plain Error. */
export function dialectOf(id: Dialect['id']): Dialect {
  const dialect = BY_ID.get(id);
  if (dialect === undefined) throw new Error(`No dialect is named ${id}.`);
  return dialect;
}
