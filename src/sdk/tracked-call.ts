/** One call as it was tracked; cost in US dollars, null for a model without a price. */
export interface TrackedCall {
  readonly modelName: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly costUsd: number | null;
  readonly userId: string | null;
  readonly timestamp: Date;
}
