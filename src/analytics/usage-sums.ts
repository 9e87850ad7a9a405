import type { Queryable } from '../store/database.ts';
import { type Bins, mergeBins, unpackBins } from './bins.ts';
import { inSpans, Params, type Span } from './spans.ts';

/** Whose numbers are asked for: one project, and of it one model or provider where given. */
export interface Slice {
  readonly projectId: string;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

/** Sums of usage roll-ups. Times in ms, money in micro-USD. */
export interface UsageSums {
  requests: number;
  errors: number;
  truncated: number;
  latencyN: number;
  latencySum: number;
  latencySumsq: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  costMicroUsd: number;
  unpriced: number;
  readonly latencyBins: Bins[];
  readonly firstTokenBins: Bins[];
  /** Cost and priced calls by bucket of time; empty when no distribution was asked for. */
  readonly costParts: CostPart[];
}

export interface CostPart {
  readonly atMs: number;
  readonly costMicroUsd: number;
  readonly priced: number;
}

interface UsageRow {
  readonly at: Date;
  readonly provider: string;
  readonly model: string;
  readonly requests: number;
  readonly errors: number;
  readonly truncated: number;
  readonly latency_n: number;
  readonly latency_sum: number;
  readonly latency_sumsq: number;
  readonly latency_bins: Uint8Array | null;
  readonly first_token_bins: Uint8Array | null;
  readonly input_tokens: number;
  readonly cached_input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micro_usd: number;
  readonly unpriced: number;
}

export function noUsage(): UsageSums {
  return {
    requests: 0,
    errors: 0,
    truncated: 0,
    latencyN: 0,
    latencySum: 0,
    latencySumsq: 0,
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    costMicroUsd: 0,
    unpriced: 0,
    latencyBins: [],
    firstTokenBins: [],
    costParts: [],
  };
}

/** What the rows of a question are put together by. */
export type Grouping = 'nothing' | 'time' | 'model';

/** The key of a group: the start of the bucket in ms, `provider\0model`, or the empty text. */
export function groupKey(
  grouping: Grouping,
  row: { at: Date; provider: string; model: string },
): string {
  if (grouping === 'time') return String(row.at.getTime());
  return grouping === 'model' ? `${row.provider}\0${row.model}` : '';
}

const SUMMED = [
  'requests',
  'errors',
  'truncated',
  'latency_n',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'cost_micro_usd',
  'unpriced',
] as const;
const GROUP_COLUMNS: Readonly<Record<Grouping, readonly string[]>> = {
  nothing: [],
  time: ['at'],
  model: ['provider', 'model'],
};

/** What is asked of the roll-ups; without `distribution` no percentiles can be made of the answer, but it is cheap. */
export interface UsageQuestion {
  readonly spans: readonly Span[];
  readonly by: Grouping;
  readonly distribution: boolean;
}

function selection({ by, distribution }: UsageQuestion): { columns: string; suffix: string } {
  if (distribution) {
    const columns = `at, provider, model, ${SUMMED.join(', ')}, latency_sum, latency_sumsq, latency_bins, first_token_bins`;
    return { columns, suffix: '' };
  }
  const keys = GROUP_COLUMNS[by];
  const key = (name: string, none: string): string =>
    keys.includes(name) ? name : `${none} as ${name}`;
  const columns = [
    key('at', "'epoch'::timestamptz"),
    key('provider', "''"),
    key('model', "''"),
    ...SUMMED.map((name) => `coalesce(sum(${name}), 0)::bigint as ${name}`),
    'coalesce(sum(latency_sum), 0) as latency_sum, coalesce(sum(latency_sumsq), 0) as latency_sumsq',
    'null as latency_bins, null as first_token_bins',
  ];
  const suffix = keys.length === 0 ? '' : `group by ${keys.join(', ')}`;
  return { columns: columns.join(', '), suffix };
}

/** Usage by group. Totals of a project read one row a bucket; a model or provider reads its own rows. */
export async function readUsage(
  database: Queryable,
  slice: Slice,
  question: UsageQuestion,
): Promise<Map<string, UsageSums>> {
  const params = new Params();
  const { model, provider } = slice;
  const detailed = question.by === 'model' || model !== undefined || provider !== undefined;
  const conditions = [
    `project_id = ${params.add(slice.projectId)}`,
    `slice = '${detailed ? 'model' : 'all'}'`,
    inSpans(question.spans, params),
    ...(model === undefined ? [] : [`model = ${params.add(model)}`]),
    ...(provider === undefined ? [] : [`provider = ${params.add(provider)}`]),
  ];
  const { columns, suffix } = selection(question);
  const rows = await database.query<UsageRow>(
    `select ${columns} from usage_rollups where ${conditions.join(' and ')} ${suffix}`,
    params.values,
  );
  return groupUsage(rows, question.by);
}

function groupUsage(rows: readonly UsageRow[], by: Grouping): Map<string, UsageSums> {
  const groups = new Map<string, UsageSums>();
  for (const row of rows) {
    const key = groupKey(by, row);
    const sums = groups.get(key) ?? noUsage();
    groups.set(key, sums);
    addUsage(sums, row);
  }
  return groups;
}

function addUsage(sums: UsageSums, row: UsageRow): void {
  sums.requests += row.requests;
  sums.errors += row.errors;
  sums.truncated += row.truncated;
  sums.latencyN += row.latency_n;
  sums.latencySum += row.latency_sum;
  sums.latencySumsq += row.latency_sumsq;
  sums.inputTokens += row.input_tokens;
  sums.cachedInputTokens += row.cached_input_tokens;
  sums.outputTokens += row.output_tokens;
  sums.costMicroUsd += row.cost_micro_usd;
  sums.unpriced += row.unpriced;
  if (row.latency_bins !== null) {
    const priced = row.requests - row.errors - row.unpriced;
    sums.costParts.push({ atMs: row.at.getTime(), costMicroUsd: row.cost_micro_usd, priced });
  }
  if (row.latency_bins !== null) sums.latencyBins.push(unpackBins(row.latency_bins));
  if (row.first_token_bins !== null) sums.firstTokenBins.push(unpackBins(row.first_token_bins));
}

/** Sums of sums, for buckets that are wider than the roll-ups (weeks). */
export function mergeUsage(all: readonly UsageSums[]): UsageSums {
  const merged = noUsage();
  for (const sums of all) {
    merged.requests += sums.requests;
    merged.errors += sums.errors;
    merged.truncated += sums.truncated;
    merged.latencyN += sums.latencyN;
    merged.latencySum += sums.latencySum;
    merged.latencySumsq += sums.latencySumsq;
    merged.inputTokens += sums.inputTokens;
    merged.cachedInputTokens += sums.cachedInputTokens;
    merged.outputTokens += sums.outputTokens;
    merged.costMicroUsd += sums.costMicroUsd;
    merged.unpriced += sums.unpriced;
    merged.latencyBins.push(mergeBins(sums.latencyBins));
    merged.firstTokenBins.push(mergeBins(sums.firstTokenBins));
    merged.costParts.push(...sums.costParts);
  }
  return merged;
}
