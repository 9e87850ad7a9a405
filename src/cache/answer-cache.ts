/** What makes two calls the same. The body is normalised JSON: order of fields and spacing do not matter. */
export interface CacheQuestion {
  readonly projectId: string;
  readonly dialect: string;
  readonly path: string;
  readonly stream: boolean;
  readonly body: Buffer;
  /** The way it goes (route, arm, prompt version): another way is another answer. */
  readonly variant: string;
  /** Who asks; part of the question only where the project does not let users share answers. */
  readonly userId?: string | null;
}

/** A stored answer, in the caller's dialect. */
export interface CachedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
  readonly provider: string;
  readonly model: string | null;
  /** When it was made: Unix milliseconds. */
  readonly storedAtMs: number;
  /** What the original cost; null unknown. Filled in where the price was known. */
  readonly costMicroUsd: number | null;
}

export type CacheLookUp =
  | { readonly kind: 'hit'; readonly answer: CachedAnswer }
  /**
   * Nobody has asked this yet: the caller goes on, and must call `store` or `abandon` exactly once.
   * Others with the same question wait for it (single flight).
   */
  | {
      readonly kind: 'miss';
      store(answer: CachedAnswer): void;
      abandon(): void;
    };

/** Exact answers of calls that were made before. */
export interface AnswerCache {
  /** Whether the project keeps answers of this operation at all. */
  applies(projectId: string, operation: string): boolean;
  /** Never rejects: a store that fails is a miss, counted. Waits for a call under way with the same question. */
  lookUp(question: CacheQuestion, signal: AbortSignal): Promise<CacheLookUp>;
}
