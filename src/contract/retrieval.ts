import { z } from 'zod';
import { Estimate, ProjectQuery, Time } from './common.ts';

/** One question with what is relevant for it: sections by their path, or any section that holds a keyword. */
export const RetrievalQuery = z
  .object({
    id: z
      .union([z.string().max(256), z.number()])
      .transform(String)
      .optional(),
    query: z.string().trim().min(1).max(20_000),
    relevant_section_paths: z.array(z.string().min(1).max(2_000)).max(1_000).default([]),
    keywords: z.array(z.string().min(1).max(500)).max(200).default([]),
  })
  .refine((query) => query.relevant_section_paths.length + query.keywords.length > 0, {
    error: 'relevant_section_paths or keywords is needed',
  });
export type RetrievalQuery = z.infer<typeof RetrievalQuery>;

export const RetrievalHit = z.object({
  rank: z.number().int(),
  distance: z.number().nullable(),
  section_path: z.string(),
  section_title: z.string(),
  source: z.string(),
  is_relevant: z.boolean(),
});
export type RetrievalHit = z.infer<typeof RetrievalHit>;

/** `mrr`, `recall@k`, `ndcg@k`, each from 0 to 1. */
const Metrics = z.record(z.string(), z.number());

export const RetrievalReport = z.object({
  summary: Metrics,
  /** The same figures with their 95 % intervals over the queries. */
  intervals: z.record(z.string(), Estimate),
  k_values: z.array(z.number().int()),
  num_queries: z.number().int(),
  queries: z.array(
    z.object({
      id: z.string(),
      query: z.string(),
      relevant_section_paths: z.array(z.string()),
      keywords: z.array(z.string()),
      metrics: Metrics,
      hits: z.array(RetrievalHit),
    }),
  ),
  /** Queries that could not be judged; they are in none of the figures. */
  skipped: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type RetrievalReport = z.infer<typeof RetrievalReport>;

export const RetrievalRequest = z
  .strictObject({
    queries: z
      .array(
        z.strictObject({
          id: z.string().max(256).optional(),
          query: z.string().min(1).max(20_000),
          relevant_section_paths: z.array(z.string().min(1).max(2_000)).max(1_000).default([]),
          keywords: z.array(z.string().min(1).max(500)).max(200).default([]),
        }),
      )
      .min(1)
      .max(500),
    k_values: z.array(z.number().int().min(1).max(200)).min(1).max(20).default([1, 3, 5, 10]),
    /** Asked with `POST {"query", "k"}`; answers a list of hits. */
    endpoint: z.strictObject({ url: z.string().max(2_000) }).optional(),
    /** Retrievals that were recorded in this time (`rag.retrieve` with `documents`), the newest of each query. */
    recorded: z.strictObject({ from: Time, to: Time }).optional(),
  })
  .refine(({ endpoint, recorded }) => (endpoint === undefined) !== (recorded === undefined), {
    error: 'give either endpoint or recorded',
  });
export type RetrievalRequest = z.infer<typeof RetrievalRequest>;

export const RetrievalRequestQuery = ProjectQuery;
