import type { ScoreRow } from '../interactions/record.ts';
import {
  bucketStart,
  bump,
  GRAIN_MS,
  GRAINS,
  type Grain,
  keyText,
  storable,
  Tallies,
} from './tally.ts';
import { addVersion, type VersionSums } from './version-sums.ts';

/** Score names beyond this many labels in one bucket are counted under {@link OTHER_LABEL}. */
export const MAX_LABELS = 50;
export const OTHER_LABEL = '(other)';

/** What roll-ups need to know of a score. */
export type CountedScore = Pick<
  ScoreRow,
  | 'projectId'
  | 'interactionCreatedAt'
  | 'model'
  | 'name'
  | 'value'
  | 'nativeValue'
  | 'label'
  | 'source'
  | 'evaluator'
  | 'evaluatorVersion'
  | 'flagged'
>;

export interface ScoreTally {
  readonly key: {
    readonly projectId: string;
    readonly grain: Grain;
    readonly name: string;
    readonly at: Date;
    readonly model: string;
    readonly source: string;
    readonly evaluator: string;
  };
  n: number;
  valueSum: number;
  valueSumsq: number;
  nativeSum: number;
  flagged: number;
  low: number;
  high: number;
  readonly levels: number[];
  readonly bins: number[];
  readonly labels: Map<string, number>;
  readonly versions: Map<string, VersionSums>;
}

/** What a batch of scores adds to roll-ups, by the hour and day of their interactions. */
export function tallyScores(rows: readonly CountedScore[]): ScoreTally[] {
  const counted = new Tallies<ScoreTally>();
  for (const row of rows) {
    const { projectId, name, source, evaluator, interactionCreatedAt: at } = row;
    const hour = Math.floor(at.getTime() / GRAIN_MS.hour);
    const text = `${projectId}\0${hour}\0${name}\0${row.model ?? ''}\0${source}\0${evaluator}`;
    countScore(
      counted.of(text, () =>
        startScore({
          projectId,
          grain: 'hour',
          name: storable(name),
          at: bucketStart(at, 'hour'),
          model: storable(row.model ?? ''),
          source,
          evaluator: storable(evaluator),
        }),
      ),
      row,
    );
  }
  const scores = new Tallies<ScoreTally>();
  for (const hour of counted.all()) {
    for (const grain of GRAINS) {
      const key = { ...hour.key, grain, at: bucketStart(hour.key.at, grain) };
      const { projectId, name, at, model, source, evaluator } = key;
      const text = keyText([projectId, grain, name, at.getTime(), model, source, evaluator]);
      mergeScores(
        scores.of(text, () => startScore(key)),
        hour,
      );
    }
  }
  return scores.all();
}

function mergeScores(into: ScoreTally, from: ScoreTally): void {
  into.n += from.n;
  into.valueSum += from.valueSum;
  into.valueSumsq += from.valueSumsq;
  into.nativeSum += from.nativeSum;
  into.flagged += from.flagged;
  into.low += from.low;
  into.high += from.high;
  for (const [at, count] of from.levels.entries()) bumpAt(into.levels, at, count);
  for (const [at, count] of from.bins.entries()) bumpAt(into.bins, at, count);
  for (const [label, count] of from.labels) bump(into.labels, storable(label), count);
  for (const [version, sums] of from.versions) addVersion(into.versions, version, sums);
}

function countScore(tally: ScoreTally, row: CountedScore): void {
  const points = fivePoints(row);
  tally.n += 1;
  tally.valueSum += row.value;
  tally.valueSumsq += row.value * row.value;
  tally.nativeSum += points;
  if (row.flagged) tally.flagged += 1;
  if (points < 3) tally.low += 1;
  if (points >= 4) tally.high += 1;
  bumpAt(tally.levels, Math.min(5, Math.max(1, Math.round(points))) - 1, 1);
  bumpAt(tally.bins, Math.min(9, Math.floor(row.value * 10)), 1);
  if (row.label !== null) bump(tally.labels, row.label, 1);
  const { value, evaluatorVersion, flagged } = row;
  addVersion(tally.versions, storable(evaluatorVersion), [
    1,
    value,
    value * value,
    flagged ? 1 : 0,
  ]);
}

/** A score on the scale from 1 to 5. People's feedback has scales of its own, so theirs is made from the value. */
function fivePoints(row: CountedScore): number {
  const scaled = 1 + 4 * row.value;
  return row.source === 'human' ? scaled : (row.nativeValue ?? scaled);
}

function startScore(key: ScoreTally['key']): ScoreTally {
  return {
    key,
    n: 0,
    valueSum: 0,
    valueSumsq: 0,
    nativeSum: 0,
    flagged: 0,
    low: 0,
    high: 0,
    levels: [0, 0, 0, 0, 0],
    bins: Array.from({ length: 10 }, () => 0),
    labels: new Map(),
    versions: new Map(),
  };
}

function bumpAt(counts: number[], at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by;
}
