import type { Dialect } from '../dialect.ts';
import { chatCodec, generateCodec } from './codecs.ts';
import { ollamaEmbeddings } from './embeddings-codec.ts';
import { ollamaWire } from './wire.ts';

/** Ollama's own API; its OpenAI-compatible one is the dialect `openai`. */
export const ollamaDialect: Dialect = {
  id: 'ollama',
  title: 'Ollama',
  wire: ollamaWire,
  codecs: { chat: chatCodec, generate: generateCodec },
  embeddings: ollamaEmbeddings,
};
