import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GateResult, RunDetail, RunResult } from '../contract/dataset-runs.ts';
import { junitReport, markdownReport, textReport } from './eval-report.ts';
import { parseGate } from './parse-gate.ts';

const estimate = { value: 0.9, n: 40, low: 0.77, high: 0.96 };
const run: RunDetail = {
  id: '01990000-0000-7000-8000-000000000001',
  name: 'demo/good',
  dataset: { id: '01990000-0000-7000-8000-000000000002', name: 'sums', version: 3 },
  model: 'demo/good',
  prompt: null,
  parameters: {},
  evaluators: ['exact_match'],
  concurrency: 4,
  timeoutMs: 1000,
  limitUsd: null,
  status: 'done',
  notice: null,
  progress: { total: 41, waiting: 0, active: 0, done: 40, failed: 1 },
  costUsd: 0.0012,
  costMicroUsd: 1200,
  uncosted: 0,
  quality: estimate,
  createdAt: '2026-11-21T10:00:00.000Z',
  createdBy: 'key:x',
  startedAt: '2026-11-21T10:00:00.000Z',
  finishedAt: '2026-11-21T10:00:02.500Z',
  metrics: [{ name: 'quality', estimate, isRate: true, flagged: 0 }],
  latencyMs: { n: 40, p50: 10, p95: 20 },
  tokens: { input: 1, output: 1 },
  errors: [],
};
const gate = (given: Partial<GateResult>): GateResult => ({
  gate: 'quality>=0.8',
  passed: true,
  outcome: 'passed',
  reason: 'quality is 0.9.',
  value: 0.9,
  low: 0.77,
  high: 0.96,
  n: 40,
  ...given,
});
const failed = (key: string, error: string): RunResult => ({
  position: 1,
  itemId: run.id,
  key,
  status: 'failed',
  question: '',
  messages: [],
  reference: null,
  answer: null,
  finishReason: null,
  interactionId: null,
  quality: null,
  scores: [],
  inputTokens: null,
  outputTokens: null,
  costUsd: null,
  latencyMs: null,
  attempts: 1,
  errorCode: 'refused',
  error,
});

describe('the report for a terminal', () => {
  it('shows every figure with interval and n, and every gate with its reason', () => {
    const text = textReport({ run, gates: [gate({}), gate({ passed: false })], failed: [] });
    expect(text).toContain('quality  0.900  0.770 to 0.960  n 40');
    expect(text).toContain('pass  quality>=0.8: quality is 0.9.');
    expect(text).toContain('FAIL  quality>=0.8');
    expect(text).toContain('40 answered, 1 failed, cost $0.0012, p95 20 ms');
  });
});

describe('the JUnit report', () => {
  it('counts gates and items, and says why they failed', () => {
    const report = junitReport({
      run,
      gates: [gate({}), gate({ passed: false, outcome: 'failed', reason: 'too low' })],
      failed: [failed('k', 'No.')],
    });
    expect(report).toContain('<testsuites tests="3" failures="1" errors="1" time="2.500">');
    expect(report).toContain('<failure type="failed" message="too low"/>');
    expect(report).toContain('<error type="refused" message="No."/>');
  });

  it('is sound XML whatever keys and messages say', () => {
    const wild = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(wild, wild, (key, message) => {
        const report = junitReport({
          run,
          gates: [gate({ reason: message, passed: false })],
          failed: [failed(key, message)],
        });
        // Every < opens a tag of ours, every & an entity of ours, and no character is beyond XML 1.0.
        expect(
          report.replace(
            /<\/?(?:testsuites?|testcase|failure|error|system-out)\b[^<>]*>|<\?xml[^<>]*>/g,
            '',
          ),
        ).not.toMatch(/[<>]/);
        expect(report.replace(/&(?:amp|lt|gt|quot|apos|#9|#10|#13);/g, '')).not.toContain('&');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
        expect(report).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
      }),
    );
  });
});

describe('the Markdown report', () => {
  it('keeps its tables and mentions nobody, whatever the data say', () => {
    const report = markdownReport({
      run: { ...run, name: '<img src=x> @everyone' },
      gates: [gate({ reason: 'a | b\nc `d` [x](http://evil.test)' })],
      failed: [failed('@team', '<script>')],
    });
    const text = report.replaceAll(/&#\d+;/g, '');
    expect(text).not.toContain('@');
    expect(text).not.toContain('<');
    expect(text).not.toContain('](');
    expect(report.split('\n').filter((line) => line.startsWith('| ✅'))).toHaveLength(1);
  });
});

describe('a gate', () => {
  it('is read in all its forms', () => {
    expect(parseGate('quality>=0.8')).toMatchObject({
      metric: 'quality',
      part: 'value',
      bound: 0.8,
    });
    expect(parseGate(' lower( recall@5 ) > 80% ')).toMatchObject({
      metric: 'recall@5',
      part: 'lower',
      operator: '>',
      bound: 0.8,
    });
    expect(parseGate('no-regression vs baseline')).toMatchObject({
      metric: 'quality',
      margin: 0.05,
    });
    expect(parseGate('no-regression vs 0199-a on contains within 0.1')).toMatchObject({
      against: '0199-a',
      metric: 'contains',
      margin: 0.1,
    });
  });

  it.each(['quality', 'quality=0.8', '>=1', 'lower(quality>=1', 'no-regression', 'q >= x'])(
    'is refused when it says %s',
    (text) => {
      expect(() => parseGate(text)).toThrow(/not understood/);
    },
  );
});
