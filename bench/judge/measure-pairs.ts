import type { AskJudgeDeps } from '../../src/judges/ask-judge.ts';
import { type Comparison, compareAnswers } from '../../src/judges/compare-answers.ts';
import { JudgeError } from '../../src/judges/judge-error.ts';
import { type Interval, rateInterval } from '../../src/statistics/intervals.ts';
import type { Row } from '../../train/read-sets.ts';
import { eachOf } from './ask-models.ts';

/** How well a judge tells the better of two answers, by what people said. */
export interface PairFigures {
  readonly set: string;
  readonly part: string;
  readonly pairs: number;
  /** Of all pairs, ties and failures counted as wrong. */
  readonly accuracy: Interval;
  /** Of the pairs it decided. */
  readonly accuracyDecided: Interval;
  readonly ties: number;
  readonly failed: number;
  /** Both orders said the same. */
  readonly consistency: Interval;
  /** Of single verdicts that named a place, those that named the first. */
  readonly firstPlace: Interval;
  /** Of decided pairs of different length, those won by the longer answer; and as people decided them. */
  readonly longerWins: Interval;
  readonly longerWinsByPeople: Interval;
  readonly unreadable: number;
}

interface Judged {
  readonly row: Row;
  readonly comparison: Comparison | null;
}

function text(row: Row, field: string): string {
  const value = row[field];
  return typeof value === 'string' ? value : '';
}

/** Compares every pair of a set in both orders. */
export async function comparePairs(
  deps: AskJudgeDeps,
  model: string,
  rows: readonly Row[],
): Promise<Judged[]> {
  return await eachOf(rows, 8, async (row) => {
    const pair = {
      ...{ projectId: 'bench', model, prompt: row.prompt ?? '', reference: null },
      ...{ answerA: text(row, 'response_a'), answerB: text(row, 'response_b') },
    };
    const comparison = await compareAnswers(deps, pair).catch((thrown: unknown) => {
      if (thrown instanceof JudgeError) return null;
      throw thrown;
    });
    return { row, comparison };
  });
}

/** The figures of a set: of all pairs, and of each category. */
export function pairFigures(set: string, judged: readonly Judged[]): PairFigures[] {
  const parts = Map.groupBy(judged, ({ row }) => row.category ?? 'none');
  return [figuresOf(set, 'all', judged)].concat(
    [...parts].map(([part, some]) => figuresOf(set, part, some)),
  );
}

function figuresOf(set: string, part: string, judged: readonly Judged[]): PairFigures {
  const done = judged.flatMap(({ row, comparison }) =>
    comparison === null ? [] : [{ row, comparison }],
  );
  const decided = done.filter(({ comparison }) => comparison.winner !== 'tie');
  const right = decided.filter(({ row, comparison }) => isRight(row, comparison.winner));
  // The second verdict is about the answers in the other order.
  const places = done.flatMap(({ comparison: { verdicts } }) => [
    ...(verdicts[0] === 'tie' ? [] : [verdicts[0] === 'a']),
    ...(verdicts[1] === 'tie' ? [] : [verdicts[1] === 'b']),
  ]);
  const unequal = decided.filter(({ row }) => longer(row) !== null);
  const unequalAll = judged.filter(({ row }) => longer(row) !== null);
  return {
    set,
    part,
    pairs: judged.length,
    accuracy: rateInterval(right.length, judged.length),
    accuracyDecided: rateInterval(right.length, decided.length),
    ties: done.length - decided.length,
    failed: judged.length - done.length,
    consistency: rateInterval(
      done.filter(({ comparison }) => comparison.consistent).length,
      done.length,
    ),
    firstPlace: rateInterval(places.filter((first) => first).length, places.length),
    longerWins: rateInterval(
      unequal.filter(({ row, comparison }) => longer(row) === comparison.winner).length,
      unequal.length,
    ),
    longerWinsByPeople: rateInterval(
      unequalAll.filter(({ row }) => isRight(row, longer(row) ?? 'a')).length,
      unequalAll.length,
    ),
    unreadable: done.reduce((sum, { comparison }) => sum + comparison.unreadable, 0),
  };
}

function isRight(row: Row, winner: string): boolean {
  return String(row.label).toLowerCase() === winner;
}

function longer(row: Row): 'a' | 'b' | null {
  const difference = text(row, 'response_a').length - text(row, 'response_b').length;
  return difference === 0 ? null : difference > 0 ? 'a' : 'b';
}
