import { binOf } from '../core/histogram.ts';
import type { InteractionRow, ScoreRow } from '../interactions/record.ts';
import { storableText } from '../store/values.ts';

/** 1 counts rows in, −1 takes them out. */
export type Sign = 1 | -1;

export type Grain = 'hour' | 'day';
export const GRAINS: readonly Grain[] = ['hour', 'day'];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const GRAIN_MS: Readonly<Record<Grain, number>> = { hour: HOUR_MS, day: DAY_MS };

/** Score names beyond this many labels in one bucket are counted under {@link OTHER_LABEL}. */
export const MAX_LABELS = 50;
export const OTHER_LABEL = '(other)';

/** What roll-ups need to know of an interaction. */
export interface CountedInteraction
  extends Pick<
    InteractionRow,
    | 'projectId'
    | 'createdAt'
    | 'origin'
    | 'operation'
    | 'provider'
    | 'model'
    | 'status'
    | 'errorType'
    | 'userId'
    | 'sessionId'
    | 'tags'
    | 'costMicroUsd'
    | 'latencyMs'
    | 'firstTokenMs'
    | 'truncated'
  > {
  readonly usage: Pick<InteractionRow['usage'], 'input' | 'cachedInput' | 'output'>;
  readonly handling: Pick<InteractionRow['handling'], 'route' | 'cache'>;
}

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
  | 'flagged'
>;

export interface UsageKey {
  readonly projectId: string;
  readonly grain: Grain;
  readonly slice: 'all' | 'model';
  readonly at: Date;
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
}

export interface UsageTally {
  readonly key: UsageKey;
  requests: number;
  errors: number;
  truncated: number;
  latencyN: number;
  latencySum: number;
  latencySumsq: number;
  readonly latency: Map<number, number>;
  readonly firstToken: Map<number, number>;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
  unpriced: number;
}

export interface ErrorTally {
  readonly key: Omit<UsageKey, 'slice'> & { readonly errorType: string };
  errors: number;
}

export interface FacetTally {
  readonly key: { readonly projectId: string; readonly facet: string; readonly day: string };
  readonly counts: Map<string, number>;
}

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
}

/** Groups by a key; the tally of a new key is made by `start`. */
export class Tallies<Tally> {
  readonly #byKey = new Map<string, Tally>();

  of(key: string, start: () => Tally): Tally {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const fresh = start();
    this.#byKey.set(key, fresh);
    return fresh;
  }

  all(): Tally[] {
    return [...this.#byKey.values()];
  }
}

/** The start of the bucket that holds a time (UTC). */
export function bucketStart(at: Date, grain: Grain): Date {
  const size = GRAIN_MS[grain];
  return new Date(Math.floor(at.getTime() / size) * size);
}

/** Joins the parts of a key; the separator cannot occur in text that PostgreSQL stores. */
export function keyText(parts: readonly (string | number)[]): string {
  return parts.join('\u0000');
}

/**
 * What a batch of interactions adds to roll-ups. Rows are counted once, by hour and dimensions as they are; totals,
 * days and the text forms that the database keeps are made from those few sums.
 */
export function tallyInteractions(rows: readonly CountedInteraction[]): {
  usage: UsageTally[];
  errors: ErrorTally[];
  facets: FacetTally[];
} {
  const counted = new Tallies<UsageTally>();
  const failed = new Tallies<ErrorTally>();
  const facets = new Tallies<FacetTally>();
  for (const row of rows) {
    const { projectId, provider, operation } = row;
    const hour = Math.floor(row.createdAt.getTime() / GRAIN_MS.hour);
    const text = `${projectId}\0${hour}\0${provider}\0${row.model ?? ''}\0${operation}`;
    countUsage(
      counted.of(text, () => startUsage(hourKey(row))),
      row,
    );
    if (row.status === 'error') {
      const errorType = row.errorType ?? 'unknown';
      const start = (): ErrorTally => ({ key: { ...hourKey(row), errorType }, errors: 0 });
      failed.of(`${text}\0${errorType}`, start).errors += 1;
    }
    countFacets(facets, row);
  }
  return {
    usage: spreadUsage(counted.all()),
    errors: spreadErrors(failed.all()),
    facets: facets.all(),
  };
}

function hourKey(row: CountedInteraction): UsageKey {
  return {
    projectId: row.projectId,
    grain: 'hour',
    slice: 'model',
    at: bucketStart(row.createdAt, 'hour'),
    provider: storable(row.provider),
    model: storable(row.model ?? ''),
    operation: storable(row.operation),
  };
}

/** The sums of hours and models, with those of days and of everything. */
function spreadUsage(hours: readonly UsageTally[]): UsageTally[] {
  const usage = new Tallies<UsageTally>();
  for (const hour of hours) {
    for (const grain of GRAINS) {
      const key = { ...hour.key, grain, at: bucketStart(hour.key.at, grain) };
      const total = { ...key, slice: 'all' as const, provider: '', model: '', operation: '' };
      for (const one of [key, total]) {
        const { projectId, slice, at, provider, model, operation } = one;
        const text = keyText([projectId, grain, slice, at.getTime(), provider, model, operation]);
        mergeTally(
          usage.of(text, () => startUsage(one)),
          hour,
        );
      }
    }
  }
  return usage.all();
}

function mergeTally(into: UsageTally, from: UsageTally): void {
  into.requests += from.requests;
  into.errors += from.errors;
  into.truncated += from.truncated;
  into.latencyN += from.latencyN;
  into.latencySum += from.latencySum;
  into.latencySumsq += from.latencySumsq;
  for (const [bin, count] of from.latency) bump(into.latency, bin, count);
  for (const [bin, count] of from.firstToken) bump(into.firstToken, bin, count);
  into.inputTokens += from.inputTokens;
  into.cachedInputTokens += from.cachedInputTokens;
  into.outputTokens += from.outputTokens;
  into.costMicroUsd += from.costMicroUsd;
  into.unpriced += from.unpriced;
}

function spreadErrors(hours: readonly ErrorTally[]): ErrorTally[] {
  const errors = new Tallies<ErrorTally>();
  for (const { key: hour, errors: count } of hours) {
    for (const grain of GRAINS) {
      const at = bucketStart(hour.at, grain);
      const { projectId, provider, model, operation } = hour;
      const errorType = storable(hour.errorType);
      const key = { projectId, grain, at, provider, model, operation, errorType };
      const text = keyText([projectId, grain, at.getTime(), provider, model, operation, errorType]);
      errors.of(text, () => ({ key, errors: 0 })).errors += count;
    }
  }
  return errors.all();
}

function countUsage(tally: UsageTally, row: CountedInteraction): void {
  tally.requests += 1;
  if (row.status === 'error') tally.errors += 1;
  if (row.truncated) tally.truncated += 1;
  if (row.latencyMs !== null) countLatency(tally, row.latencyMs);
  if (row.firstTokenMs !== null) bump(tally.firstToken, binOf(row.firstTokenMs), 1);
  tally.inputTokens += row.usage.input ?? 0;
  tally.cachedInputTokens += row.usage.cachedInput ?? 0;
  tally.outputTokens += row.usage.output ?? 0;
  if (row.costMicroUsd !== null) tally.costMicroUsd += row.costMicroUsd;
  // Calls without a model (listing models, files) have no price to miss.
  else if (row.status === 'success' && row.model !== null) tally.unpriced += 1;
}

function countLatency(tally: UsageTally, latencyMs: number): void {
  tally.latencyN += 1;
  tally.latencySum += latencyMs;
  tally.latencySumsq += latencyMs * latencyMs;
  bump(tally.latency, binOf(latencyMs), 1);
}

function startUsage(key: UsageKey): UsageTally {
  return {
    key,
    requests: 0,
    errors: 0,
    truncated: 0,
    latencyN: 0,
    latencySum: 0,
    latencySumsq: 0,
    latency: new Map(),
    firstToken: new Map(),
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    costMicroUsd: 0,
    unpriced: 0,
  };
}

function countFacets(facets: Tallies<FacetTally>, row: CountedInteraction): void {
  const day = Math.floor(row.createdAt.getTime() / GRAIN_MS.day);
  const count = (facet: string, value: string | null): void => {
    if (value === null || value === '') return;
    const start = (): FacetTally => ({
      key: { projectId: row.projectId, facet, day: dayText(day) },
      counts: new Map(),
    });
    const tally = facets.of(`${row.projectId}\0${day}\0${facet}`, start);
    bump(tally.counts, storable(value), 1);
  };
  count('user', row.userId);
  count('session', row.sessionId);
  count('origin', row.origin);
  count('route', row.handling.route);
  count('cache', row.handling.cache);
  const tags = row.tags.length > 1 ? new Set(row.tags) : row.tags;
  for (const tag of tags) count('tag', tag);
}

function dayText(day: number): string {
  return new Date(day * GRAIN_MS.day).toISOString().slice(0, 10);
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
  };
}

/** Text as the database will give it back; two texts that it cannot tell apart must be one key here. */
export function storable(text: string): string {
  return storableText(text).toWellFormed();
}

function bump<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function bumpAt(counts: number[], at: number, by: number): void {
  counts[at] = (counts[at] ?? 0) + by;
}
