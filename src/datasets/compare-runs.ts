import type {
  ComparedItem,
  DatasetRun,
  RunComparison,
  RunDifference,
} from '../contract/dataset-runs.ts';
import type { DatasetMessage } from '../contract/datasets.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import {
  holm,
  LEAST_PAIRS,
  type PairedDifference,
  pairedMeans,
  pairedRates,
} from '../statistics/paired.ts';
import type { Queryable } from '../store/database.ts';
import { lastQuestion } from './build-messages.ts';
import { findRun } from './read-runs.ts';

/** One item that both runs answered. */
interface Pair {
  readonly key: string;
  readonly baselinePosition: number;
  readonly candidatePosition: number;
  readonly baseline: Values;
  readonly candidate: Values;
}

type Values = ReadonlyMap<string, number>;

interface RunPair {
  readonly projectId: string;
  readonly id: string;
  readonly baseline: string;
}

/** The two runs of a comparison and what each answered. Throws `not_found`. */
async function readPairs(
  db: Queryable,
  of: RunPair,
): Promise<{
  readonly run: DatasetRun;
  readonly baseline: DatasetRun;
  readonly pairs: readonly Pair[];
}> {
  const run = await findRun(db, of);
  const baseline = await findRun(db, { projectId: of.projectId, id: of.baseline });
  const [mine, theirs] = [await readValues(db, run.id), await readValues(db, baseline.id)];
  const pairs = [...mine].flatMap(([key, candidate]) => {
    const before = theirs.get(key);
    return before === undefined
      ? []
      : [
          {
            key,
            baselinePosition: before.position,
            candidatePosition: candidate.position,
            baseline: before.values,
            candidate: candidate.values,
          },
        ];
  });
  return { run, baseline, pairs };
}

interface ValueRow {
  readonly key: string;
  readonly position: number;
  readonly quality: number | null;
  readonly cost: number | null;
  readonly latency: number | null;
  readonly values: Record<string, number> | null;
}

/** No name that a score can have, so that nothing is mistaken. */
const COST = 'cost';
const LATENCY = 'latency';

async function readValues(
  db: Queryable,
  runId: string,
): Promise<ReadonlyMap<string, { readonly position: number; readonly values: Values }>> {
  const rows = await db.query<ValueRow>(
    `select item_key as key, position, quality, cost_micro_usd as cost, latency_ms as latency,
       (select jsonb_object_agg(s.name, s.value) from jsonb_to_recordset(scores) as s(name text, value float8))
         as values
     from dataset_run_results where run_id = $1 and status = 'done' order by position`,
    [runId],
  );
  return new Map(
    rows.map(({ key, position, quality, cost, latency, values }) => {
      const all: [string, number | null][] = [
        ...Object.entries(values ?? {}),
        ['quality', quality],
        [COST, cost === null ? null : usdFromMicroUsd(cost)],
        [LATENCY, latency],
      ];
      const known = all.filter((entry): entry is [string, number] => entry[1] !== null);
      return [key, { position, values: new Map(known) }];
    }),
  );
}

/**
 * How a run differs from a baseline, item by item: items are the same when they have the same key, so the two may be of
 * different versions of a dataset. Throws `not_found`.
 */
export async function compareRuns(db: Queryable, of: RunPair): Promise<RunComparison> {
  const { run, baseline, pairs } = await readPairs(db, of);
  const raw = metricNames(pairs).map((metric) => differenceIn(pairs, metric));
  const tested = raw.filter(({ pValue }) => pValue !== null);
  const adjusted = holm(tested.map(({ pValue }) => pValue ?? 1));
  const byMetric = new Map(tested.map(({ metric }, at) => [metric, adjusted[at] ?? 1]));
  const differences = raw.map((one) => {
    const adjustedPValue = byMetric.get(one.metric) ?? null;
    return { ...one, adjustedPValue, verdict: verdictOf(one, adjustedPValue) };
  });
  return {
    run,
    baseline,
    pairs: pairs.length,
    onlyRun: run.progress.done - pairs.length,
    onlyBaseline: baseline.progress.done - pairs.length,
    needed: LEAST_PAIRS,
    differences,
  };
}

/** `quality` first, cost and latency last. */
function metricNames(pairs: readonly Pair[]): string[] {
  const names = new Set<string>();
  for (const { baseline, candidate } of pairs) {
    for (const name of candidate.keys()) if (baseline.has(name)) names.add(name);
  }
  const rank = (name: string): number => {
    if (name === 'quality') return 0;
    return name === COST ? 2 : name === LATENCY ? 3 : 1;
  };
  return [...names].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

type Raw = Omit<RunDifference, 'adjustedPValue' | 'verdict'>;

/** The paired difference in one figure, over the pairs that have it on both sides. */
export function differenceOf(
  values: readonly { readonly baseline: number; readonly candidate: number }[],
): PairedDifference {
  const isRate = values.every(
    ({ baseline, candidate }) => isVerdict(baseline) && isVerdict(candidate),
  );
  if (!isRate) return pairedMeans(values.map(({ baseline, candidate }) => candidate - baseline));
  const count = (first: number, second: number): number =>
    values.filter(({ baseline, candidate }) => baseline === first && candidate === second).length;
  return pairedRates({
    both: count(1, 1),
    onlyFirst: count(1, 0),
    onlySecond: count(0, 1),
    neither: count(0, 0),
  });
}

function isVerdict(value: number): boolean {
  return value === 0 || value === 1;
}

function differenceIn(pairs: readonly Pair[], metric: string): Raw {
  const values = valuesIn(pairs, metric);
  const { value, n, low, high, pValue, method } = differenceOf(values);
  const higherIsBetter = metric !== COST && metric !== LATENCY;
  const sign = higherIsBetter ? 1 : -1;
  const count = (test: (change: number) => boolean): number =>
    values.filter(({ baseline, candidate }) => test(sign * (candidate - baseline))).length;
  const mean = (side: 'baseline' | 'candidate'): number | null =>
    n === 0 ? null : values.reduce((sum, pair) => sum + pair[side], 0) / n;
  return {
    metric,
    n,
    baseline: mean('baseline'),
    candidate: mean('candidate'),
    difference: value,
    low,
    high,
    pValue,
    method,
    better: count((change) => change > 0),
    worse: count((change) => change < 0),
    same: count((change) => change === 0),
    higherIsBetter,
    unit: metric === COST ? 'usd' : metric === LATENCY ? 'ms' : 'score',
  };
}

function valuesIn(
  pairs: readonly Pair[],
  metric: string,
): { readonly baseline: number; readonly candidate: number; readonly pair: Pair }[] {
  return pairs.flatMap((pair) => {
    const baseline = pair.baseline.get(metric);
    const candidate = pair.candidate.get(metric);
    return baseline === undefined || candidate === undefined ? [] : [{ baseline, candidate, pair }];
  });
}

const ALPHA = 0.05;

function verdictOf(of: Raw, adjusted: number | null): RunDifference['verdict'] {
  if (of.low === null || of.difference === null || adjusted === null) return 'not_enough_data';
  if (adjusted >= ALPHA || of.difference === 0) return 'no_difference';
  return of.difference > 0 === of.higherIsBetter ? 'better' : 'worse';
}

/** The difference in one figure between two runs, and the runs' names. Throws `not_found`. */
export async function compareIn(
  db: Queryable,
  of: RunPair & { readonly metric: string },
): Promise<{ readonly difference: PairedDifference; readonly baseline: DatasetRun }> {
  const { baseline, pairs } = await readPairs(db, of);
  return { baseline, difference: differenceOf(valuesIn(pairs, of.metric)) };
}

export interface ComparedItemsQuestion extends RunPair {
  readonly metric: string;
  readonly show: 'all' | 'worse' | 'better';
  readonly skip: number;
  readonly limit: number;
}

/** Items that both runs answered, the worst changes first, and how many there are. Throws `not_found`. */
export async function comparedItems(
  db: Queryable,
  asked: ComparedItemsQuestion,
): Promise<{ readonly items: ComparedItem[]; readonly all: number }> {
  const { pairs } = await readPairs(db, asked);
  const sign = asked.metric === COST || asked.metric === LATENCY ? -1 : 1;
  const changed = valuesIn(pairs, asked.metric)
    .map((one) => ({ ...one, change: sign * (one.candidate - one.baseline) }))
    .filter(
      ({ change }) => asked.show === 'all' || (asked.show === 'worse' ? change < 0 : change > 0),
    )
    .sort((a, b) => a.change - b.change || a.pair.candidatePosition - b.pair.candidatePosition);
  const shown = changed.slice(asked.skip, asked.skip + asked.limit);
  const [mine, theirs] = [
    await readTexts(
      db,
      asked.id,
      shown.map(({ pair }) => pair.candidatePosition),
    ),
    await readTexts(
      db,
      asked.baseline,
      shown.map(({ pair }) => pair.baselinePosition),
    ),
  ];
  const items = shown.map(({ pair, baseline, candidate }) => {
    const after = mine.get(pair.candidatePosition);
    const before = theirs.get(pair.baselinePosition);
    return {
      key: pair.key,
      question: after === undefined ? '' : lastQuestion(after).slice(0, 2_000),
      reference: after?.reference ?? null,
      baseline: {
        position: pair.baselinePosition,
        answer: before?.answer ?? null,
        value: baseline,
        interactionId: before?.interaction_id ?? null,
      },
      candidate: {
        position: pair.candidatePosition,
        answer: after?.answer ?? null,
        value: candidate,
        interactionId: after?.interaction_id ?? null,
      },
      difference: candidate - baseline,
    };
  });
  return { items, all: changed.length };
}

interface TextRow {
  readonly position: number;
  readonly messages: DatasetMessage[];
  readonly reference: string | null;
  readonly answer: string | null;
  readonly interaction_id: string | null;
}

async function readTexts(
  db: Queryable,
  runId: string,
  positions: readonly number[],
): Promise<ReadonlyMap<number, TextRow>> {
  if (positions.length === 0) return new Map();
  const rows = await db.query<TextRow>(
    `select r.position, i.messages, i.reference, left(r.answer, 20000) as answer, r.interaction_id
     from dataset_run_results r join dataset_items i on i.id = r.item_id
     where r.run_id = $1 and r.position = any($2::bigint[])`,
    [runId, positions],
  );
  return new Map(rows.map((row) => [row.position, row]));
}
