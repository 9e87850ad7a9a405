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

/** What a batch of interactions adds to roll-ups, by bucket and dimensions. */
export function tallyInteractions(rows: readonly CountedInteraction[]): {
  usage: UsageTally[];
  errors: ErrorTally[];
  facets: FacetTally[];
} {
  const usage = new Tallies<UsageTally>();
  const errors = new Tallies<ErrorTally>();
  const facets = new Tallies<FacetTally>();
  for (const row of rows) {
    for (const grain of GRAINS) {
      const at = bucketStart(row.createdAt, grain);
      const { projectId } = row;
      const provider = storable(row.provider);
      const operation = storable(row.operation);
      const model = storable(row.model ?? '');
      const key = { projectId, grain, at, provider, model, operation };
      countUsage(usage, { ...key, slice: 'model' }, row);
      const total = { ...key, slice: 'all' as const, provider: '', model: '', operation: '' };
      countUsage(usage, total, row);
      if (row.status === 'error') countError(errors, key, storable(row.errorType ?? 'unknown'));
    }
    countFacets(facets, row);
  }
  return { usage: usage.all(), errors: errors.all(), facets: facets.all() };
}

function countUsage(usage: Tallies<UsageTally>, key: UsageKey, row: CountedInteraction): void {
  const { projectId, grain, slice, at, provider, model, operation } = key;
  const text = keyText([projectId, grain, slice, at.getTime(), provider, model, operation]);
  const tally = usage.of(text, () => startUsage(key));
  tally.requests += 1;
  if (row.status === 'error') tally.errors += 1;
  if (row.truncated) tally.truncated += 1;
  if (row.latencyMs !== null) countLatency(tally, row.latencyMs);
  if (row.firstTokenMs !== null) bump(tally.firstToken, binOf(row.firstTokenMs));
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
  bump(tally.latency, binOf(latencyMs));
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

function countError(
  errors: Tallies<ErrorTally>,
  key: Omit<UsageKey, 'slice'>,
  errorType: string,
): void {
  const { projectId, grain, at, provider, model, operation } = key;
  const text = keyText([projectId, grain, at.getTime(), provider, model, operation, errorType]);
  errors.of(text, () => ({ key: { ...key, errorType }, errors: 0 })).errors += 1;
}

function countFacets(facets: Tallies<FacetTally>, row: CountedInteraction): void {
  const day = bucketStart(row.createdAt, 'day').toISOString().slice(0, 10);
  const values: [string, string | null][] = [
    ['user', row.userId],
    ['session', row.sessionId],
    ['origin', row.origin],
    ...[...new Set(row.tags)].map((tag): [string, string] => ['tag', tag]),
  ];
  for (const [facet, value] of values) {
    if (value === null || value === '') continue;
    const key = { projectId: row.projectId, facet, day };
    const start = (): FacetTally => ({ key, counts: new Map() });
    bump(facets.of(keyText([row.projectId, facet, day]), start).counts, storable(value));
  }
}

/** What a batch of scores adds to roll-ups, by the hour and day of their interactions. */
export function tallyScores(rows: readonly CountedScore[]): ScoreTally[] {
  const scores = new Tallies<ScoreTally>();
  for (const row of rows) {
    for (const grain of GRAINS) {
      const { projectId, source } = row;
      const name = storable(row.name);
      const evaluator = storable(row.evaluator);
      const at = bucketStart(row.interactionCreatedAt, grain);
      const key = {
        projectId,
        grain,
        name,
        at,
        model: storable(row.model ?? ''),
        source,
        evaluator,
      };
      const parts = [projectId, grain, name, at.getTime(), key.model, source, evaluator];
      countScore(
        scores.of(keyText(parts), () => startScore(key)),
        row,
      );
    }
  }
  return scores.all();
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
  bumpAt(tally.levels, Math.min(5, Math.max(1, Math.round(points))) - 1);
  bumpAt(tally.bins, Math.min(9, Math.floor(row.value * 10)));
  if (row.label !== null) bump(tally.labels, storable(row.label));
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

function bump<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function bumpAt(counts: number[], at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
