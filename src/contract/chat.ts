import { z } from 'zod';

/** Body of `POST /chat`. Unknown fields are ignored, as its first users expect. */
export const ChatRequest = z.object({
  /** May be empty. */
  prompt: z.string(),
  user_id: z.string().nullish(),
  /** Null, empty or the literal `string` (which API explorers fill in) means OPENAI_MODEL_MAIN. */
  model_version: z.string().nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const ChatReply = z.object({
  id: z.uuid(),
  prompt: z.string(),
  response: z.string(),
  model_version: z.string().nullable(),
  latency_ms: z.number().nullable(),
  status: z.literal('success'),
});
export type ChatReply = z.infer<typeof ChatReply>;

/** A failed `POST /chat`: `detail` for people, `code` for programs; the call is recorded under `id`. */
export const ChatError = z.object({
  detail: z.string(),
  code: z.string(),
  id: z.uuid(),
  prompt: z.string(),
  response: z.null(),
  model_version: z.string().nullable(),
  latency_ms: z.number().nullable(),
  status: z.literal('error'),
});
export type ChatError = z.infer<typeof ChatError>;
