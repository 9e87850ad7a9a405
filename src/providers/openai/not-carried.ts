/*
 * What OpenAI requests have no word for and do not need, so that writers leave it out on purpose: marks for
 * caching (OpenAI caches unasked), metadata (refused there unless answers are stored), and thoughts of
 * earlier turns that another provider signed (OpenAI takes none but its own).
 */

/**
 * Fields of OpenAI requests that are read without being carried over to a provider of another dialect,
 * on purpose, because the answer is the same without them. What is in none of these tables and not
 * translated is refused by name.
 */
export const NOT_CARRIED = {
  /** For the provider's own books: kept apart, found again, billed, watched for abuse. */
  bookkeeping: ['store', 'metadata', 'prompt_cache_key', 'prompt_cache_retention'],
  /** Only makes the same answer come sooner. */
  speed: ['prediction'],
  /** How our own stream looks; the gateway reads `include_usage` itself. */
  stream: ['stream_options'],
  /** Limits tools that run at the provider, and those are refused. */
  hostedTools: ['max_tool_calls'],
  /** Parts of earlier answers that clients send back with a message. */
  echoes: ['annotations', 'logprobs', 'id', 'status', 'phase'],
} as const;

/** The fields of a request that are let pass, by API. */
export const PASSED_IN_CHAT: readonly string[] = [
  ...NOT_CARRIED.bookkeeping,
  ...NOT_CARRIED.speed,
  ...NOT_CARRIED.stream,
];
export const PASSED_IN_RESPONSES: readonly string[] = [
  ...NOT_CARRIED.bookkeeping,
  ...NOT_CARRIED.stream,
  ...NOT_CARRIED.hostedTools,
];
