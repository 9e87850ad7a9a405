import type {
  CalibrationBar,
  CalibrationDetail,
  CalibrationReply,
  Standing,
} from '../contract/calibration.ts';
import { AppError } from '../core/errors.ts';
import type { TimeRange } from '../core/time-range.ts';
import { correctedRate, type Share } from '../statistics/rogan-gladen.ts';
import type { Queryable } from '../store/database.ts';
import { accuracyOf, byEvaluator, calibrate } from './calibrate.ts';
import { correctQuality } from './corrected-quality.ts';
import { type JudgedPair, readPairs } from './pairs.ts';

/** What a judge has to reach unless a project says otherwise: "substantial agreement", and labels enough to tell. */
const DEFAULT_BAR: CalibrationBar = { kappa: 0.6, minLabels: 50 };

/** The bar of a project. */
export async function readBar(db: Queryable, projectId: string): Promise<CalibrationBar> {
  const [row] = await db.query<{ kappa: number; min_labels: number }>(
    'select kappa, min_labels from calibration_bars where project_id = $1',
    [projectId],
  );
  return row === undefined ? DEFAULT_BAR : { kappa: row.kappa, minLabels: row.min_labels };
}

/** Sets the bar of a project, in the transaction of whoever tells the audit log. */
export async function writeBar(
  tx: Queryable,
  { projectId, at }: { readonly projectId: string; readonly at: Date },
  bar: CalibrationBar,
): Promise<void> {
  await tx.query(
    `insert into calibration_bars (project_id, kappa, min_labels, updated_at) values ($1, $2, $3, $4)
     on conflict (project_id) do update set kappa = excluded.kappa, min_labels = excluded.min_labels,
       updated_at = excluded.updated_at`,
    [projectId, bar.kappa, bar.minLabels, at],
  );
}

export interface CalibrationQuestion {
  readonly projectId: string;
  readonly range: TimeRange;
  readonly name?: string | undefined;
  readonly evaluator?: string | undefined;
}

/** Every evaluator of which people labelled something in the range, most labels first. */
export async function calibrateAll(
  db: Queryable,
  question: CalibrationQuestion,
): Promise<CalibrationReply> {
  const bar = await readBar(db, question.projectId);
  const groups = byEvaluator(await readPairs(db, question));
  const items = groups.flatMap((pairs) => calibrate(pairs, { threshold: GOOD_FROM, bar }) ?? []);
  return { bar, items: items.sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1)) };
}

const GOOD_FROM = 0.5;

export interface DetailQuestion extends CalibrationQuestion {
  readonly name: string;
  readonly evaluator: string;
  /** Without one: the version that was labelled last. */
  readonly evaluatorVersion?: string | undefined;
  /** From where on the evaluator's score counts as good, 0 to 1. */
  readonly threshold: number;
}

/** One evaluator in detail. Throws `not_found` when people labelled nothing that it scored. */
export async function calibrateOne(
  db: Queryable,
  question: DetailQuestion,
): Promise<CalibrationDetail> {
  const { projectId, threshold } = question;
  const bar = await readBar(db, projectId);
  const all = await readPairs(db, question);
  const version = question.evaluatorVersion ?? all[0]?.evaluatorVersion;
  const pairs = all.filter(({ evaluatorVersion }) => evaluatorVersion === version);
  const evaluator = calibrate(pairs, { threshold, bar });
  if (evaluator === null) throw new AppError('not_found', 'Nobody has labelled what it scored.');
  return {
    bar,
    evaluator,
    byLanguage: slices(pairs, ({ language }) => language, threshold),
    byModel: slices(pairs, ({ model }) => model, threshold),
    curve: curveOf(pairs),
    goodRate: await goodRate(db, { ...question, evaluatorVersion: version }, pairs),
    corrected: await correctQuality(db, { ...question, scoreName: question.name }),
  };
}

/** Slices with fewer labels say nothing at all. */
const MIN_SLICE = 5;
const MAX_SLICES = 20;

function slices(
  pairs: readonly JudgedPair[],
  keyOf: (pair: JudgedPair) => string,
  threshold: number,
): CalibrationDetail['byModel'] {
  const groups = Map.groupBy(pairs, keyOf);
  return [...groups]
    .filter(([, group]) => group.length >= MIN_SLICE)
    .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
    .slice(0, MAX_SLICES)
    .map(([value, group]) => ({ value, ...accuracyOf(group, threshold) }));
}

const CURVE_STEPS = 20;

function curveOf(pairs: readonly JudgedPair[]): CalibrationDetail['curve'] {
  return Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const threshold = step / CURVE_STEPS;
    const { sensitivity, specificity, kappa } = accuracyOf(pairs, threshold);
    return {
      threshold,
      sensitivity: sensitivity.value,
      specificity: specificity.value,
      kappa: kappa.value,
    };
  });
}

async function goodRate(
  db: Queryable,
  question: DetailQuestion,
  pairs: readonly JudgedPair[],
): Promise<CalibrationDetail['goodRate']> {
  const { projectId, range, name, evaluator, evaluatorVersion, threshold } = question;
  const [row] = await db.query<{ n: number; hits: number }>(
    `select count(*)::integer as n, count(*) filter (where value >= $7)::integer as hits from (
       select s.value from scores s where s.project_id = $1 and s.interaction_created_at >= $2
         and s.interaction_created_at < $3 and s.name = $4 and s.evaluator = $5 and s.source <> 'human'
         and ($6::text is null or s.evaluator_version = $6)
       order by s.interaction_created_at desc, s.id desc limit 200000) s`,
    [projectId, range.from, range.to, name, evaluator, evaluatorVersion ?? null, threshold],
  );
  const judged = { n: row?.n ?? 0, hits: row?.hits ?? 0 };
  const { naive, value, low, high, clamped, youden } = correctedRate(judged, {
    sensitivity: shareOf(accuracyOf(pairs, threshold).sensitivity),
    specificity: shareOf(accuracyOf(pairs, threshold).specificity),
  });
  return { naive, value, low, high, clamped, youden, nJudged: judged.n };
}

/** A rate as so many of n, which weighted rates are only nearly. */
function shareOf({ value, n }: { readonly value: number | null; readonly n: number }): Share {
  return value === null ? { hits: 0, n: 0 } : { hits: value * n, n };
}

/** Where an evaluator's version stands, with the figures behind it. */
export interface JudgeStanding {
  readonly standing: Standing;
  readonly kappa: { readonly value: number | null; readonly low: number | null };
  readonly labels: number;
  readonly bar: CalibrationBar;
}

const STANDING_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Whether an evaluator may page anybody: only one that `meets` its bar by the labels of the last 90 days may. Without
 * `evaluatorVersion` the version that was labelled last counts.
 */
export async function judgeStanding(
  db: Queryable,
  of: {
    readonly projectId: string;
    readonly name: string;
    readonly evaluator: string;
    readonly evaluatorVersion?: string | undefined;
  },
  nowMs: number,
): Promise<JudgeStanding> {
  const range = { from: new Date(nowMs - STANDING_DAYS * DAY_MS), to: new Date(nowMs) };
  const bar = await readBar(db, of.projectId);
  const all = await readPairs(db, { ...of, range });
  const version = of.evaluatorVersion ?? all[0]?.evaluatorVersion;
  const pairs = all.filter(({ evaluatorVersion }) => evaluatorVersion === version);
  const found = calibrate(pairs, { threshold: GOOD_FROM, bar });
  return {
    standing: found?.standing ?? 'not_enough',
    kappa: { value: found?.kappa.value ?? null, low: found?.kappa.low ?? null },
    labels: pairs.length,
    bar,
  };
}
