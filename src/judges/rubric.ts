import { hash } from 'node:crypto';
import { type RubricContent, type RubricScale, SCALE_LEVELS } from '../contract/judges.ts';

/** A version of a rubric as it is asked. */
export interface Rubric {
  readonly name: string;
  readonly version: number;
  readonly content: RubricContent;
}

/** The evaluator that its scores name. */
export function evaluatorOf({ name }: Pick<Rubric, 'name'>): string {
  return `judge:${name}`;
}

/** The version that its scores name: that of the rubric, and who was asked. */
export function evaluatorVersionOf({ version }: Pick<Rubric, 'version'>, model: string): string {
  return `${version}@${model}`;
}

/** The numbers that a verdict may be, lowest first. */
export function levelsOf(scale: RubricScale): number[] {
  const lowest = lowestOf(scale);
  return Array.from({ length: SCALE_LEVELS[scale] }, (_, at) => lowest + at);
}

export function lowestOf(scale: RubricScale): number {
  return scale === 'five' ? 1 : 0;
}

/** A verdict (or the mean of several) as a value from 0 to 1. */
export function valueAt(scale: RubricScale, level: number): number {
  const value = (level - lowestOf(scale)) / (SCALE_LEVELS[scale] - 1);
  return Math.min(1, Math.max(0, value));
}

/** The verdict on the scale of 1 to 5; null for scales that users know by their labels. */
export function nativeOf(scale: RubricScale, level: number): number | null {
  return scale === 'five' ? level : null;
}

const LABELS: Readonly<Record<RubricScale, readonly string[]>> = {
  binary: ['fail', 'pass'],
  three: ['poor', 'fair', 'good'],
  five: ['1', '2', '3', '4', '5'],
};

/** The word of a level. */
export function labelOf(scale: RubricScale, level: number): string {
  return LABELS[scale][Math.round(level) - lowestOf(scale)] ?? String(level);
}

/** Everything of a version that can move a verdict, as hex. */
export function contentHash(rubric: Rubric): string {
  const { title: _title, description: _description, model: _model, ...asked } = rubric.content;
  return hash('sha256', JSON.stringify([rubric.name, rubric.version, asked]));
}
