import type { GateResult } from '../contract/dataset-runs.ts';
import type { RetrievalReport } from '../contract/retrieval.ts';
import { AppError } from '../core/errors.ts';
import { toFixed } from './format-figures.ts';
import { judgeFigure } from './judge-figure.ts';
import type { Gate } from './parse-gate.ts';

/** Below this many queries a gate says "not enough data". */
const LEAST_QUERIES = 10;

/** Judges a retrieval report by gates. Throws `invalid_request`. */
export function judgeRetrieval(report: RetrievalReport, gates: readonly Gate[]): GateResult[] {
  return gates.map((gate) => {
    if (gate.kind === 'regression') {
      throw new AppError('invalid_request', 'Retrieval has no gates against other runs.');
    }
    const figure = report.intervals[gate.metric] ?? null;
    const known = Object.keys(report.intervals);
    return judgeFigure(figure, gate, { minItems: LEAST_QUERIES, known });
  });
}

/** The figures as a table for a terminal. */
export function retrievalText(report: RetrievalReport, gates: readonly GateResult[]): string {
  const rows = Object.entries(report.intervals).map(
    ([name, { value, low, high }]) =>
      `  ${name.padEnd(12)} ${toFixed(value)}  ${low === null ? '' : `${toFixed(low)} to ${toFixed(high)}`}`,
  );
  const skipped = report.skipped.map(({ id, reason }) => `  skipped ${id}: ${reason}`);
  return [
    '',
    `${report.num_queries} queries, 95 % intervals`,
    ...rows,
    ...skipped.slice(0, 20),
    ...gates.map(({ gate, passed, reason }) => `  ${passed ? 'pass' : 'FAIL'}  ${gate}: ${reason}`),
    '',
  ].join('\n');
}
