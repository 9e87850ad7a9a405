/** A score above which a text is called something, for its best sentence and for the whole. Probabilities. */
export interface Thresholds {
  readonly advisory: number;
  readonly alert: number;
}

/** What ships beside a model's weights: how to read them, where they come from, and how good they are. */
export interface ModelCard {
  readonly name: string;
  /** Raised with every change of the weights. */
  readonly version: string;
  /** For which hashing of texts the weights were trained. */
  readonly gramsVersion: number;
  /** A power of two. */
  readonly buckets: number;
  /** One weight is its byte times `scale`. */
  readonly scale: number;
  readonly bias: number;
  /** Platt's calibration: probability = 1 / (1 + exp(-(slope · margin + intercept))). */
  readonly calibration: { readonly slope: number; readonly intercept: number };
  readonly thresholds: { readonly whole: Thresholds; readonly sentence: Thresholds };
  /** Of the weights' bytes. */
  readonly sha256: string;
  /** Date of training as it was given, `YYYY-MM-DD`. */
  readonly date: string;
  readonly data: readonly {
    readonly set: string;
    readonly rows: number;
    readonly licence: string;
    readonly source: string;
  }[];
  /** Figures measured at training, by what they are about. */
  readonly accuracy: Readonly<Record<string, unknown>>;
  readonly blindSpots: readonly string[];
}
