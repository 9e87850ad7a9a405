import { binOf } from '../core/histogram.ts';
import { type InsideOrigin, type InteractionRow, isInside } from '../interactions/record.ts';
import { storableText } from '../store/values.ts';

/** 1 counts rows in, −1 takes them out. */
export type Sign = 1 | -1;

export type Grain = 'hour' | 'day';
export const GRAINS: readonly Grain[] = ['hour', 'day'];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const GRAIN_MS: Readonly<Record<Grain, number>> = { hour: HOUR_MS, day: DAY_MS };

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

export interface UsageKey {
  readonly projectId: string;
  readonly grain: Grain;
  readonly slice: 'all' | 'model' | InsideOrigin;
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
    const inside = isInside(row.origin);
    const slice = inside ? row.origin : 'model';
    const text = `${projectId}\0${slice}\0${hour}\0${provider}\0${row.model ?? ''}\0${operation}`;
    countUsage(
      counted.of(text, () => startUsage(hourKey(row))),
      row,
    );
    if (row.status === 'error' && !inside) {
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
    slice: isInside(row.origin) ? row.origin : 'model',
    at: bucketStart(row.createdAt, 'hour'),
    provider: storable(row.provider),
    model: storable(row.model ?? ''),
    operation: storable(row.operation),
  };
}

/**
 * The sums of hours and models, with those of days and of everything. What the program asked itself is kept apart:
 * it is part of costs, and of nothing that is said of applications.
 */
function spreadUsage(hours: readonly UsageTally[]): UsageTally[] {
  const usage = new Tallies<UsageTally>();
  for (const hour of hours) {
    for (const grain of GRAINS) {
      const key = { ...hour.key, grain, at: bucketStart(hour.key.at, grain) };
      const total = { ...key, slice: 'all' as const, provider: '', model: '', operation: '' };
      for (const one of hour.key.slice === 'model' ? [key, total] : [key]) {
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
  count('origin', row.origin);
  if (isInside(row.origin)) return;
  count('user', row.userId);
  count('session', row.sessionId);
  count('route', row.handling.route);
  count('cache', row.handling.cache);
  const tags = row.tags.length > 1 ? new Set(row.tags) : row.tags;
  for (const tag of tags) count('tag', tag);
}

function dayText(day: number): string {
  return new Date(day * GRAIN_MS.day).toISOString().slice(0, 10);
}

/** Text as the database will give it back; two texts that it cannot tell apart must be one key here. */
export function storable(text: string): string {
  return storableText(text).toWellFormed();
}

/** Adds to one of many counts. */
export function bump<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
