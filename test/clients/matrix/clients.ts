import { AI_SDK_CLIENTS } from './ai-sdk.ts';
import { anthropic } from './anthropic.ts';
import { gemini } from './gemini.ts';
import type { MatrixClient } from './matrix-client.ts';
import { ollama } from './ollama.ts';
import { openAiChat, openAiResponses } from './openai.ts';

export const MATRIX_CLIENTS: readonly MatrixClient[] = [
  openAiChat,
  openAiResponses,
  anthropic,
  gemini,
  ollama,
  ...AI_SDK_CLIENTS,
];
