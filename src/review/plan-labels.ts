import type { ReviewPlan } from '../contract/reviews.ts';
import {
  allocateLabels,
  expectedHalfWidth,
  expectedSpread,
  type LabelStratum,
} from '../statistics/allocation.ts';
import type { Queryable } from '../store/database.ts';
import { type Judged, type JudgedQuestion, readJudged, STRATA, stratumOf } from './judged.ts';
import { type JudgedPair, readPairs } from './pairs.ts';

const EMPTY: ReviewPlan = {
  judged: 0,
  labelled: 0,
  widthNow: null,
  widthAfter: null,
  widthRandom: null,
  strata: [],
};

/**
 * From which parts of an evaluator's scores labels would narrow the interval of the corrected mean most, and how wide it
 * would be. Only labels that were picked by chance count as given. Empty when nothing was judged.
 */
export async function planStrata(
  db: Queryable,
  question: JudgedQuestion & { readonly labels: number },
): Promise<ReviewPlan> {
  const judged = await readJudged(db, question);
  if (judged === null) return EMPTY;
  const pairs = await readPairs(db, { ...question, name: question.scoreName });
  const strata = strataOf(judged, pairs);
  const asked = allocateLabels(strata, question.labels);
  const variance = judged.mean.variance ?? 0;
  const width = (more: readonly number[]): number | null => {
    const half = expectedHalfWidth(
      strata.filter(isThere),
      more.filter((_, at) => isThere(strata[at])),
      variance,
    );
    return half === null ? null : Math.min(1, 2 * half);
  };
  return {
    judged: judged.mean.n,
    labelled: strata.reduce((sum, { labelled }) => sum + labelled, 0),
    widthNow: width(strata.map(() => 0)),
    widthAfter: width(asked),
    widthRandom: width(atRandom(strata, question.labels)),
    strata: strata.map((stratum, at) => ({
      from: at / STRATA,
      to: (at + 1) / STRATA,
      judged: judged.strata[at]?.n ?? 0,
      labelled: stratum.labelled,
      asked: asked[at] ?? 0,
    })),
  };
}

function isThere(stratum: LabelStratum | undefined): boolean {
  return stratum !== undefined && stratum.weight > 0;
}

function strataOf(judged: Judged, pairs: readonly JudgedPair[]): LabelStratum[] {
  return judged.strata.map(({ n, weight, mean }, at) => {
    const inside = pairs.filter(({ judge }) => stratumOf(judge) === at);
    const chosen = inside.filter(({ labelProbability }) => labelProbability !== null);
    return {
      weight,
      available: Math.max(0, n - inside.length),
      labelled: chosen.length,
      spread: expectedSpread(
        chosen.map(({ person, judge }) => person - judge),
        mean ?? (at + 0.5) / STRATA,
      ),
    };
  });
}

/** What a plain random sample of that size gives each part on average; at least one where there is something. */
function atRandom(strata: readonly LabelStratum[], labels: number): number[] {
  const total = strata.reduce((sum, { available }) => sum + available, 0);
  return strata.map(({ available }) =>
    available === 0 ? 0 : Math.min(available, Math.max(1, (labels * available) / total)),
  );
}
