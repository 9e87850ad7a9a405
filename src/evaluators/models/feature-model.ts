import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Logistic regressions over a few named features, one for each group (a task, say); the file is data and card in one. */
export interface FeatureModelFile {
  readonly name: string;
  readonly version: string;
  /** Date of training as it was given, `YYYY-MM-DD`. */
  readonly date: string;
  readonly features: readonly string[];
  /** Group → one weight for each feature and the bias; calibration is worked in. */
  readonly groups: Readonly<Record<string, FeatureWeights>>;
  readonly data: readonly {
    readonly set: string;
    readonly rows: number;
    readonly licence: string;
    readonly source: string;
  }[];
  readonly accuracy: Readonly<Record<string, unknown>>;
  readonly blindSpots: readonly string[];
}

export interface FeatureWeights {
  readonly weights: readonly number[];
  readonly bias: number;
  /** At or below 95 of 100, at or above nine of ten training rows were judged right, both labels counted alike. */
  readonly clear: { readonly below: number; readonly above: number };
}

export interface FeatureModel {
  readonly file: FeatureModelFile;
  /** Probability in [0, 1] that features mean what the group's model looks for. */
  probability(group: string, features: Float64Array): number;
  weightsOf(group: string): FeatureWeights;
}

/** A model ready to score. Throws when a group has not one weight for each of the features that the code works out. */
export function createFeatureModel(
  file: FeatureModelFile,
  features: readonly string[],
): FeatureModel {
  const fits = Object.values(file.groups).every(
    ({ weights }) => weights.length === features.length,
  );
  if (!fits || file.features.join() !== features.join()) {
    throw new Error(`Model ${file.name} is for other features: npm run train -- ${file.name}`);
  }
  const weightsOf = (group: string): FeatureWeights => {
    const own = file.groups[group];
    if (own === undefined) throw new Error(`Model ${file.name} has no group ${group}.`);
    return own;
  };
  return {
    file,
    weightsOf,
    probability(group, values): number {
      const { weights, bias } = weightsOf(group);
      const margin = weights.reduce((sum, weight, at) => sum + weight * (values[at] ?? 0), bias);
      return 1 / (1 + Math.exp(-margin));
    },
  };
}

const FOLDER = join(import.meta.dirname, 'shipped');

/** Answers the shipped model `name`; it is read at the first use, once. */
export function shippedFeatureModel(name: string, features: readonly string[]): () => FeatureModel {
  let model: FeatureModel | null = null;
  return () => {
    model ??= createFeatureModel(
      JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as FeatureModelFile,
      features,
    );
    return model;
  };
}
