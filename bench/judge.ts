import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Interval } from '../src/statistics/intervals.ts';
import { DEFAULT_DATA, readManifest, readSet } from '../train/read-sets.ts';
import { askDemo, askGateway, benchDeps } from './judge/ask-models.ts';
import { comparePairs, type PairFigures, pairFigures } from './judge/measure-pairs.ts';
import { readReplies, tryCanaries } from './judge/measure-robustness.ts';
import { judgeRatings, type ScoreFigures } from './judge/measure-scores.ts';

/**
 * Replays published comparisons and ratings of people through the code that asks and reads judges, with the built-in
 * judge or any model behind a running gateway; and holds reader and questions against malformed replies and attacks.
 * The built-in judge understands nothing: its figures show that the measurement works, not how good a judge can be.
 * `npm run bench:judge [-- --data DIR] [--model NAME --url http://127.0.0.1:18000 --key lqo_…] [--limit N]`
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string', default: DEFAULT_DATA },
    model: { type: 'string', default: 'demo/judge' },
    url: { type: 'string' },
    key: { type: 'string', default: '' },
    limit: { type: 'string', default: '1000000' },
  },
});
const { model } = values;
const data = resolve(values.data);
const limit = Number(values.limit);
const ask = values.url === undefined ? askDemo : askGateway(values.url, values.key);
const deps = benchDeps(ask);
const sets = readManifest(data);
const started = performance.now();

const pairs: PairFigures[] = [];
for (const entry of sets.filter(({ detector }) => detector === 'quality_pairs')) {
  const rows = readSet(data, entry, 'test').slice(0, limit);
  pairs.push(...pairFigures(entry.set, await comparePairs(deps, model, rows)));
}
const ratings: ScoreFigures[] = [];
for (const entry of sets.filter(({ detector }) => detector === 'quality_scores')) {
  const rows = readSet(data, entry, 'test').slice(0, limit);
  ratings.push(await judgeRatings(deps, model, { set: entry.set, rows }));
}
const replies = readReplies();
const canaries = await tryCanaries(ask, model);

function shown({ value, low, high, n }: Interval): string {
  if (value === null) return `– (n 0)`;
  return `${percent(value)} [${percent(low)}, ${percent(high)}] n ${n}`;
}

function percent(value: number | null): string {
  return value === null ? '–' : (100 * value).toFixed(1);
}

console.log(`Judge ${model}`);
console.table(
  pairs.map((figures) => ({
    set: figures.set,
    part: figures.part,
    'right of all, %': shown(figures.accuracy),
    'right of decided, %': shown(figures.accuracyDecided),
    ties: figures.ties,
    failed: figures.failed,
    'both orders agree, %': shown(figures.consistency),
    'first place, %': shown(figures.firstPlace),
    'longer wins, %': shown(figures.longerWins),
    'by people, %': shown(figures.longerWinsByPeople),
  })),
);
console.table(
  ratings.map(({ set, rows, failed, spearman }) => ({
    set,
    rows,
    failed,
    Spearman:
      spearman === null
        ? '–'
        : `${spearman.value.toFixed(3)} [${spearman.low.toFixed(3)}, ${spearman.high.toFixed(3)}]`,
  })),
);
console.table([
  { what: 'malformed replies read as they were meant, %', figure: shown(replies.read) },
  { what: 'meaningless replies that gave no verdict, %', figure: shown(replies.refused) },
  {
    what: 'attacks repeated by the judge without effect, %',
    figure: shown(canaries.parrotWithoutVerdict),
  },
  { what: 'attacks that did not raise the verdict, %', figure: shown(canaries.notRaised) },
]);

const seconds = (performance.now() - started) / 1000;
const results = join(import.meta.dirname, 'results');
mkdirSync(results, { recursive: true });
const report = {
  bench: 'judge',
  model,
  node: process.version,
  seconds,
  pairs,
  ratings,
  replies,
  canaries,
};
writeFileSync(join(results, 'judge.json'), `${JSON.stringify(report, null, 2)}\n`);
