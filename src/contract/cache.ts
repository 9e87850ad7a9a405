import { z } from 'zod';
import { Estimate, Time } from './common.ts';

/** Operations whose answers can be kept. */
export const CACHE_OPERATIONS = ['chat', 'responses', 'completions', 'embeddings'] as const;
export const CacheOperation = z.enum(CACHE_OPERATIONS);
export type CacheOperation = z.infer<typeof CacheOperation>;

const ttlSeconds = z
  .number()
  .int()
  .min(1)
  .max(30 * 86_400)
  .describe('Seconds an answer is given again; a shorter time holds for answers already kept.');
const maxBytes = z
  .number()
  .int()
  .min(1_000_000)
  .max(4_000_000_000)
  .describe('Bytes of answers kept in memory by each process; the least recently used go first.');
const operations = z.array(CacheOperation).max(CACHE_OPERATIONS.length);
const onlyDeterministic = z
  .boolean()
  .describe('Keep only answers to requests with temperature 0, and embeddings.');
const perUser = z
  .boolean()
  .describe('Users do not share answers: who asks is part of the question.');

/** Whether and how a project keeps answers. */
export const CacheSettings = z.object({
  enabled: z.boolean(),
  ttlSeconds,
  maxBytes,
  operations,
  onlyDeterministic,
  perUser,
  /** Null: never changed, these are the defaults. */
  updatedAt: Time.nullable(),
});
export type CacheSettings = z.infer<typeof CacheSettings>;

/** What holds until a project says otherwise: no answers are kept. */
export const DEFAULT_CACHE_SETTINGS: CacheSettings = {
  enabled: false,
  ttlSeconds: 3600,
  maxBytes: 64_000_000,
  operations: [...CACHE_OPERATIONS],
  onlyDeterministic: false,
  perUser: false,
  updatedAt: null,
};

/** All settings at once; what is left out takes its default. */
export const CacheSettingsInput = z.strictObject({
  enabled: z.boolean(),
  ttlSeconds: ttlSeconds.default(DEFAULT_CACHE_SETTINGS.ttlSeconds),
  maxBytes: maxBytes.default(DEFAULT_CACHE_SETTINGS.maxBytes),
  operations: operations.default([...CACHE_OPERATIONS]),
  onlyDeterministic: onlyDeterministic.default(false),
  perUser: perUser.default(false),
});
export type CacheSettingsInput = z.infer<typeof CacheSettingsInput>;

/** Where answers are kept: in memory, or in Redis behind it; `away`: Redis does not answer. */
export const CacheStore = z.enum(['memory', 'redis', 'away']);
export type CacheStore = z.infer<typeof CacheStore>;

/** What the cache of a project holds and has done since the program started. */
export const CacheStatus = z.object({
  at: Time,
  /** Since when hits and misses are counted. */
  since: Time,
  store: CacheStore,
  /** In memory. */
  entries: z.number().int(),
  bytes: z.number().int(),
  maxBytes: z.number().int(),
  /** Calls that were answered from the cache; `shared` of them waited for the same call under way. */
  hits: z.number().int(),
  shared: z.number().int(),
  misses: z.number().int(),
  /** Calls that could not be answered from a cache: side effects, not deterministic. */
  bypassed: z.number().int(),
  /** Hits of hits and misses, with its 95 % interval. */
  hitRate: Estimate,
  /** What calls would have cost that were answered from the cache, where that is known; of records since `savedSince`. */
  savedMicroUsd: z.number().int(),
  /** Hits among these records whose cost is not known. */
  unpricedHits: z.number().int(),
  /** 24 hours ago. */
  savedSince: Time,
});
export type CacheStatus = z.infer<typeof CacheStatus>;
