/** The bodies that a prompt or settings can be put into. */
export type CallShape =
  | 'openai-chat'
  | 'openai-responses'
  | 'openai-completions'
  | 'anthropic'
  | 'gemini'
  | 'ollama-chat'
  | 'ollama-generate';

const SHAPES: Readonly<Record<string, CallShape>> = {
  'openai chat': 'openai-chat',
  'openai responses': 'openai-responses',
  'openai completions': 'openai-completions',
  'anthropic chat': 'anthropic',
  'gemini chat': 'gemini',
  'ollama chat': 'ollama-chat',
  'ollama completions': 'ollama-generate',
};

/** The shape of a call's body; null for operations that generate nothing from words (embeddings, models …). */
export function shapeOf(dialect: string, operation: string): CallShape | null {
  return SHAPES[`${dialect} ${operation}`] ?? null;
}
