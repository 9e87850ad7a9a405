import type { Dialect } from '../dialect.ts';
import { chatCodec } from './chat-codec.ts';
import { completionsCodec } from './completions-codec.ts';
import { openAiEmbeddings } from './embeddings-codec.ts';
import { responsesCodec } from './responses-codec.ts';
import { openAiWire } from './wire.ts';

/** OpenAI and everything compatible with it; Azure OpenAI differs in its paths alone. */
export const openAiDialect: Dialect = {
  id: 'openai',
  title: 'OpenAI',
  wire: openAiWire,
  codecs: { chat: chatCodec, responses: responsesCodec, completions: completionsCodec },
  embeddings: openAiEmbeddings,
};
