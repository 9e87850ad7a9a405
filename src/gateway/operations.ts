/** What a path below `/v1` asks for, as records name it. */
export type Operation =
  | 'chat'
  | 'responses'
  | 'completions'
  | 'embeddings'
  | 'moderations'
  | 'models'
  | 'passthrough';

/** The operations whose body must be a JSON object, by their path below `/v1`. */
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
