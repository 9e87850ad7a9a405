import type { Estimate } from '../contract/common.ts';
import type { GateReply, GateRequest, GateResult, RunDetail } from '../contract/dataset-runs.ts';
import { AppError } from '../core/errors.ts';
import { isUuid } from '../core/ids.ts';
import { rateInterval } from '../statistics/intervals.ts';
import type { PairedDifference } from '../statistics/paired.ts';
import type { Queryable } from '../store/database.ts';
import { compareIn } from './compare-runs.ts';
import { judgeFigure, rounded } from './judge-figure.ts';
import { type Gate, parseGate, type RegressionGate, type ThresholdGate } from './parse-gate.ts';
import { readRun } from './read-runs.ts';

/** More items without an answer than this fail any run, unless a gate speaks of `error_rate` itself. */
const USUAL_ERROR_RATE = 'error_rate<=0.05';

/**
 * Judges a run by gates. A threshold compares the figure, or with `lower()` and `upper()` an end of its 95 % interval;
 * `no-regression` passes when the whole paired interval lies above −margin. Too few items fail a gate, and so does a
 * run that is not over. Throws `not_found` and `invalid_request`.
 */
export async function judgeRun(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
  asked: GateRequest,
): Promise<GateReply> {
  const gates = withErrorRate(asked.gates.map(parseGate));
  const run = await readRun(db, of);
  if (run.status !== 'done') {
    throw new AppError('conflict', `The run is ${run.status}; gates judge runs that are done.`);
  }
  const results: GateResult[] = [];
  for (const gate of gates) {
    if (gate.kind === 'threshold') results.push(judgeThreshold(run, gate, asked.minItems));
    else results.push(await judgeRegression(db, of, { gate, ...asked }));
  }
  return { passed: results.every(({ passed }) => passed), results };
}

function withErrorRate(gates: readonly Gate[]): readonly Gate[] {
  const speaks = gates.some(({ metric }) => metric === 'error_rate');
  return speaks ? gates : [...gates, parseGate(USUAL_ERROR_RATE)];
}

/** Figures of a run that gates may name beside its scores. */
function figureOf(run: RunDetail, metric: string): Estimate | null {
  const { done, failed } = run.progress;
  const alone = (value: number | null, n: number): Estimate => ({
    value,
    n,
    low: null,
    high: null,
  });
  switch (metric) {
    case 'error_rate':
      return { ...rateInterval(failed, done + failed) };
    case 'latency_p50':
      return alone(run.latencyMs.p50, run.latencyMs.n);
    case 'latency_p95':
      return alone(run.latencyMs.p95, run.latencyMs.n);
    case 'cost':
      return alone(run.uncosted === 0 ? run.costUsd : null, done);
    default:
      return run.metrics.find(({ name }) => name === metric)?.estimate ?? null;
  }
}

function judgeThreshold(run: RunDetail, gate: ThresholdGate, minItems: number): GateResult {
  const known = run.metrics.map(({ name }) => name);
  return judgeFigure(figureOf(run, gate.metric), gate, { minItems, known });
}

async function judgeRegression(
  db: Queryable,
  of: { readonly projectId: string; readonly id: string },
  asked: {
    readonly gate: RegressionGate;
    readonly baseline?: string | undefined;
    readonly minItems: number;
  },
): Promise<GateResult> {
  const { gate, minItems } = asked;
  const against = gate.against === 'baseline' ? asked.baseline : gate.against;
  if (against === undefined) {
    throw new AppError('invalid_request', `The gate "${gate.text}" needs a baseline run.`);
  }
  if (!isUuid(against)) {
    throw new AppError('invalid_request', `"${against}" is not the id of a run.`);
  }
  const { metric } = gate;
  const { difference, baseline } = await compareIn(db, { ...of, baseline: against, metric });
  return { gate: gate.text, ...verdict(difference, gate, { minItems, name: baseline.name }) };
}

function verdict(
  difference: PairedDifference,
  { margin, metric }: RegressionGate,
  { minItems, name }: { readonly minItems: number; readonly name: string },
): Omit<GateResult, 'gate'> {
  const { value, n, low, high } = difference;
  const shown = { value, n, low, high };
  if (n < minItems || value === null || low === null || high === null) {
    const reason = `Not enough data: ${n} of ${minItems} items were answered in both runs.`;
    return { ...shown, passed: false, outcome: 'not_enough_data', reason };
  }
  const passed = low > -margin;
  const figures = `${metric} changed by ${rounded(value)} (95 % interval ${rounded(low)} to ${rounded(high)}, ${n} pairs) against ${name}`;
  const doubt =
    high < -margin
      ? `: worse by more than ${margin}.`
      : `: a drop of more than ${margin} cannot be ruled out.`;
  return {
    ...shown,
    passed,
    outcome: passed ? 'passed' : 'failed',
    reason: `${figures}${passed ? '.' : doubt}`,
  };
}
