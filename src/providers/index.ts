import { anthropicMessages } from './anthropic/recorded-messages.ts';
import { anthropicCountTokens, anthropicOther } from './anthropic/recorded-other.ts';
import type { Provider } from './define-provider.ts';
import { geminiChat } from './gemini/recorded-chat.ts';
import { geminiCountTokens, geminiEmbeddings, geminiOther } from './gemini/recorded-other.ts';
import { ollamaChat, ollamaEmbed, ollamaGenerate, ollamaOther } from './ollama/recorded.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiCompletions } from './openai-completions.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiOther } from './openai-other.ts';
import { openaiResponses } from './openai-responses.ts';

/** The shelf: every API shape that can be read. A new one is a file beside these and a line here. */
export const PROVIDERS: readonly Provider[] = [
  openaiChat,
  openaiResponses,
  openaiCompletions,
  openaiEmbeddings,
  openaiOther,
  anthropicMessages,
  anthropicCountTokens,
  anthropicOther,
  geminiChat,
  geminiEmbeddings,
  geminiCountTokens,
  geminiOther,
  ollamaChat,
  ollamaGenerate,
  ollamaEmbed,
  ollamaOther,
];
