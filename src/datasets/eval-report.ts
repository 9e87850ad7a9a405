import type { GateResult, RunDetail, RunResult } from '../contract/dataset-runs.ts';
import { toFixed } from './format-figures.ts';

/** What a report is made of. */
export interface Report {
  readonly run: RunDetail;
  readonly gates: readonly GateResult[];
  /** Items without an answer, as many as were read. */
  readonly failed: readonly RunResult[];
}

/** The figures of a run as a table for a terminal. */
export function textReport({ run, gates }: Report): string {
  const rows = run.metrics.map(({ name, estimate: { value, low, high, n } }) => [
    name,
    toFixed(value),
    low === null || high === null ? '–' : `${toFixed(low)} to ${toFixed(high)}`,
    `n ${n}`,
  ]);
  return [
    '',
    `${run.name} over ${run.dataset.name} (version ${run.dataset.version}), run ${run.id}`,
    ...aligned([['SCORE', 'MEAN', '95 % INTERVAL', ''], ...rows]).map((line) => `  ${line}`),
    `  ${handling(run)}`,
    ...(gates.length === 0 ? [] : ['', 'Gates']),
    ...gates.map(({ gate, passed, reason }) => `  ${passed ? 'pass' : 'FAIL'}  ${gate}: ${reason}`),
    '',
  ].join('\n');
}

function handling({ progress, costUsd, uncosted, latencyMs }: RunDetail): string {
  const cost = `cost $${costUsd.toFixed(4)}${uncosted === 0 ? '' : ` and ${uncosted} of unknown price`}`;
  const latency = latencyMs.p95 === null ? '' : `, p95 ${Math.round(latencyMs.p95)} ms`;
  return `${progress.done} answered, ${progress.failed} failed, ${cost}${latency}`;
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A table that GitHub and others show: for step summaries and comments. Nothing of the data is markup or a mention. */
export function markdownReport({ run, gates, failed }: Report): string {
  const rows = run.metrics.map(
    ({ name, estimate: { value, low, high, n } }) =>
      `| ${cell(name)} | ${toFixed(value)} | ${low === null || high === null ? '–' : `${toFixed(low)} to ${toFixed(high)}`} | ${n} |`,
  );
  const judged = gates.map(
    ({ gate, outcome, reason }) => `| ${OUTCOMES[outcome]} | ${cell(gate)} | ${cell(reason)} |`,
  );
  return [
    `### ${cell(run.name)} over ${cell(run.dataset.name)} (version ${run.dataset.version})`,
    '',
    ...(judged.length === 0 ? [] : ['| | Gate | |', '|---|---|---|', ...judged, '']),
    '| Score | Mean | 95 % interval | n |',
    '|---|---:|---|---:|',
    ...rows,
    '',
    `${handling(run)}. Run \`${run.id}\`.`,
    ...(failed.length === 0
      ? []
      : ['', 'Without an answer:', '', ...failed.slice(0, 20).map(line)]),
    '',
  ].join('\n');
}

const OUTCOMES = { passed: '✅', failed: '❌', not_enough_data: '❓' } as const;

function line({ key, error, errorCode }: RunResult): string {
  return `- ${cell(key)}: ${cell(error ?? errorCode ?? 'unknown')}`;
}

/** Text of others as text: no markup, no cell borders, no line breaks, nobody mentioned. */
function cell(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return flat.replace(/[&<>"'`*_{}[\]()#+\-!|\\~@:$^=]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

/** JUnit XML: a test case for each gate, and an error for each item without an answer. */
export function junitReport({ run, gates, failed }: Report): string {
  const suite = xml(`${run.dataset.name} ${run.name}`);
  const failures = gates.filter(({ passed }) => !passed).length;
  const seconds =
    run.startedAt === null || run.finishedAt === null
      ? 0
      : (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${gates.length + failed.length}" failures="${failures}" errors="${failed.length}" time="${seconds.toFixed(3)}">`,
    `  <testsuite name="${suite} gates" tests="${gates.length}" failures="${failures}" errors="0" time="${seconds.toFixed(3)}">`,
    ...gates.map((gate) => gateCase(gate, suite)),
    '  </testsuite>',
    `  <testsuite name="${suite} items without an answer" tests="${failed.length}" failures="0" errors="${failed.length}" time="0">`,
    ...failed.map(
      ({ key, error, errorCode }) =>
        `    <testcase name="${xml(key)}" classname="${suite}" time="0"><error type="${xml(errorCode ?? 'unknown')}" message="${xml(error ?? '')}"/></testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function gateCase({ gate, passed, outcome, reason }: GateResult, suite: string): string {
  const head = `    <testcase name="${xml(gate)}" classname="${suite}" time="0">`;
  const inner = passed
    ? `<system-out>${xml(reason)}</system-out>`
    : `<failure type="${outcome}" message="${xml(reason)}"/>`;
  return `${head}${inner}</testcase>`;
}

/** Characters that XML 1.0 has no way to write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const NO_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(NO_XML, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (sign) => ENTITIES[sign] ?? sign);
}
