/** What a call asks for, as records name it. */
export type Operation =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'moderations'
  | 'models'
  | 'count_tokens'
  | 'passthrough';

/** The operations of OpenAI's API whose body must be a JSON object, by their path below `/v1`. */
export const JSON_OPERATIONS = {
  '/chat/completions': 'chat',
  '/responses': 'responses',
  '/completions': 'completions',
  '/embeddings': 'embeddings',
  '/moderations': 'moderations',
} as const satisfies Record<string, Operation>;

export const OPERATION_SUMMARIES: Record<keyof typeof JSON_OPERATIONS, string> = {
  '/chat/completions': 'Chat completions, streaming or not',
  '/responses': 'Responses, streaming or not',
  '/completions': 'Legacy completions, streaming or not',
  '/embeddings': 'Embeddings, as floats or base64',
  '/moderations': 'Moderations',
};

/** The operation of a path of OpenAI's API, below `/v1` or below an Azure deployment. */
export function openAiOperation(path: string): Operation {
  const plain = path.split('?', 1)[0] ?? '';
  return Object.hasOwn(JSON_OPERATIONS, plain)
    ? JSON_OPERATIONS[plain as keyof typeof JSON_OPERATIONS]
    : 'passthrough';
}
