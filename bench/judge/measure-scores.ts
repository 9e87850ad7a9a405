import type { AskJudgeDeps } from '../../src/judges/ask-judge.ts';
import { builtInRubric } from '../../src/judges/built-in-rubrics.ts';
import { judgeAnswer } from '../../src/judges/judge-answer.ts';
import { JudgeError } from '../../src/judges/judge-error.ts';
import type { Row } from '../../train/read-sets.ts';
import { eachOf } from './ask-models.ts';

/** How well a judge's `overall` follows the ratings of people. */
export interface ScoreFigures {
  readonly set: string;
  readonly rows: number;
  readonly failed: number;
  readonly unreadable: number;
  /** Rank correlation (Spearman) with its 95 % interval (Fisher's z, Bonett and Wright 2000); null below ten rows. */
  readonly spearman: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Share of rows at each level of the judge: one that says the same of everything is seen here. */
  readonly levels: Readonly<Record<string, number>>;
}

/** Judges every answer of a set by the rubric `quality`. */
export async function judgeRatings(
  deps: AskJudgeDeps,
  model: string,
  of: { readonly set: string; readonly rows: readonly Row[] },
): Promise<ScoreFigures> {
  const rubric = builtInRubric('quality');
  if (rubric === undefined) throw new Error('The rubric quality is gone.');
  const judged = await eachOf(of.rows, 8, async (row) => {
    const context = typeof row.context === 'string' ? row.context : '';
    const material = {
      prompt: row.prompt ?? `Write one sentence that says exactly this: ${context}`,
      instructions: null,
      answer: row.response ?? '',
      context: [],
      reference: null,
    };
    const request = { projectId: 'bench', rubric, model, material, metadata: {} };
    const answered = await judgeAnswer(deps, request).catch((thrown: unknown) => {
      if (thrown instanceof JudgeError) return null;
      throw thrown;
    });
    return { row, answered };
  });
  const pairs = judged.flatMap(({ row, answered }) => {
    const level = answered?.verdict.levels.get('overall');
    return level === undefined ? [] : [{ level, rating: Number(row.label) }];
  });
  const levels = Map.groupBy(pairs, ({ level }) => level);
  return {
    set: of.set,
    rows: judged.length,
    failed: judged.length - pairs.length,
    unreadable: judged.reduce((sum, { answered }) => sum + (answered?.unreadable ?? 0), 0),
    spearman: spearman(
      pairs.map(({ level }) => level),
      pairs.map(({ rating }) => rating),
    ),
    levels: Object.fromEntries(
      [...levels].map(([level, some]) => [level, some.length / pairs.length]),
    ),
  };
}

const NORMAL_95 = 1.959964;

function spearman(one: readonly number[], other: readonly number[]): ScoreFigures['spearman'] {
  const n = one.length;
  if (n < 10) return null;
  const value = correlation(ranks(one), ranks(other));
  if (!Number.isFinite(value)) return null;
  const half = NORMAL_95 * Math.sqrt((1 + value ** 2 / 2) / (n - 3));
  return {
    value,
    low: Math.tanh(Math.atanh(value) - half),
    high: Math.tanh(Math.atanh(value) + half),
  };
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, at) => ({ value, at })).sort((a, b) => a.value - b.value);
  const ranked = values.map(() => 0);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (order[to + 1]?.value === order[from]?.value) to += 1;
    for (let at = from; at <= to; at += 1) ranked[order[at]?.at ?? 0] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return ranked;
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(one), mean(other)];
  let covariance = 0;
  let varianceA = 0;
  let varianceB = 0;
  for (const [at, value] of one.entries()) {
    const [x, y] = [value - a, (other[at] ?? 0) - b];
    covariance += x * y;
    varianceA += x * x;
    varianceB += y * y;
  }
  return covariance / Math.sqrt(varianceA * varianceB);
}
