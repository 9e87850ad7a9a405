import type { TimeRange } from '../core/time-range.ts';
import type { Queryable } from '../store/database.ts';
import { difference, type Idea, type IdeaTools, LEAST_CALLS, percent } from './cost-ideas.ts';
import type { ModelSample, SampledCall } from './cost-sample.ts';

/** Of each day so many of the newest requests are compared. */
const BODIES_A_DAY = 100;
/** Longer bodies are compared by these first characters and their length. */
const COMPARED_CHARS = 32_768;
/** Beginnings that are compared, longest first; the shortest is about what providers cache at least (1,024 tokens). */
const PREFIX_CHARS = [32_768, 16_384, 8_192, 4_096] as const;
const LEAST_CACHED_TOKENS = 1024;
/** Caches of providers live 5 to 10 minutes after the last use (OpenAI and Anthropic guides on prompt caching, 2025). */
const PROVIDER_CACHE_MS = 5 * 60_000;

interface BodyRow {
  readonly day: string;
  readonly created_at: Date;
  readonly provider: string;
  readonly model: string;
  readonly response_model: string | null;
  readonly operation: string;
  readonly input_tokens: number;
  readonly cached_input_tokens: number | null;
  readonly output_tokens: number;
  readonly cost_micro_usd: number;
  readonly hit: boolean;
  readonly chars: number;
  readonly whole: string;
  readonly prefixes: readonly (string | null)[];
}

/** A compared request: whether it was asked before, and how much of its beginning was. */
interface RepeatedCall extends SampledCall {
  readonly asked: boolean;
  readonly repeatedTokens: number;
}

/** The ideas that follow from requests that repeat each other, wholly or in their beginning. */
export async function repeatIdeas(
  db: Queryable,
  models: readonly ModelSample[],
  of: { readonly range: TimeRange; readonly tools: IdeaTools },
): Promise<Idea[]> {
  const rows = await readBodies(db, of.tools.projectId, of.range);
  const byModel = Map.groupBy(rows, (row) => `${row.provider}\0${row.model}`);
  return models.flatMap((sample) => {
    const own = byModel.get(`${sample.provider}\0${sample.model}`) ?? [];
    if (own.length < LEAST_CALLS) return [];
    return ideasOf({ ...sample, calls: repeatsOf(own) }, of.tools);
  });
}

function ideasOf(
  sample: Omit<ModelSample, 'calls'> & { readonly calls: readonly RepeatedCall[] },
  tools: IdeaTools,
): Idea[] {
  const { model, calls } = sample;
  const repeats = new Map<SampledCall, RepeatedCall>(calls.map((call) => [call, call]));
  const asked = calls.filter((call) => call.asked && !call.cacheHit).length / calls.length;
  const begun = calls.filter(({ repeatedTokens }) => repeatedTokens > 0).length / calls.length;
  const cachedMore = (call: SampledCall): number => {
    const tokens = repeats.get(call)?.repeatedTokens ?? 0;
    if (call.cacheHit || tokens <= (call.usage.cachedInput ?? 0)) return 0;
    return difference(tools, call, { usage: { ...call.usage, cachedInput: tokens } });
  };
  return [
    {
      kind: 'response_cache',
      sample,
      otherModel: null,
      saving: (call) =>
        repeats.get(call)?.asked === true && !call.cacheHit ? call.costMicroUsd : 0,
      figures: { share: asked },
      title: `Cache the answers of ${model}: ${percent(asked)} of its requests were asked before, word for word`,
      how: `The cost of requests whose body is the same as an earlier one of the same day; the newest ${BODIES_A_DAY} of each day were compared, so more may repeat.`,
    },
    {
      kind: 'prompt_caching',
      sample,
      otherModel: null,
      saving: cachedMore,
      figures: { share: begun },
      title: `Let the provider cache what prompts to ${model} begin with: ${percent(begun)} of its requests begin like one shortly before`,
      how: `The difference in price if the tokens of a beginning that an earlier request of the last 5 minutes had too (at least ${LEAST_CACHED_TOKENS}) had been read from the provider's cache. What writing to it costs is not counted.`,
    },
  ];
}

async function readBodies(
  db: Queryable,
  projectId: string,
  range: TimeRange,
): Promise<readonly BodyRow[]> {
  const prefixes = PREFIX_CHARS.map(
    (chars) => `case when length(t.body) >= ${chars} then md5(left(t.body, ${chars})) end`,
  );
  return await db.query<BodyRow>(
    `select r.day, r.created_at, r.provider, r.model, r.response_model, r.operation, r.input_tokens,
       r.cached_input_tokens, r.output_tokens, r.cost_micro_usd, r.hit, octet_length(b.request_body) as chars,
       md5(t.body) || octet_length(b.request_body) as whole, array[${prefixes.join(', ')}] as prefixes
     from (
       select d.at::date::text as day, i.*
       from generate_series($2::timestamptz, $3::timestamptz - interval '1 day', interval '1 day') as d(at)
       cross join lateral (
         select id, created_at, provider, model, response_model, operation, coalesce(input_tokens, 0) as input_tokens,
           cached_input_tokens, coalesce(output_tokens, 0) as output_tokens, cost_micro_usd,
           coalesce(cache = 'hit', false) as hit
         from interactions
         where project_id = $1 and created_at >= d.at and created_at < d.at + interval '1 day'
           and status = 'success' and model is not null and cost_micro_usd is not null
         order by created_at desc limit ${BODIES_A_DAY}) i) r
     join interaction_bodies b on b.created_at = r.created_at and b.interaction_id = r.id
     cross join lateral (select left(b.request_body, ${COMPARED_CHARS}) as body) t
     where b.request_body is not null
     order by r.created_at`,
    [projectId, range.from, range.to],
  );
}

/** Compares requests with those before them on the same day. */
function repeatsOf(rows: readonly BodyRow[]): RepeatedCall[] {
  return [...Map.groupBy(rows, ({ day }) => day).values()].flatMap((day) => {
    const asked = new Set<string>();
    const begun = new Map<string, number>();
    return day.map((row) => {
      const call = repeatOf(row, { asked, begun });
      asked.add(row.whole);
      for (const prefix of row.prefixes) {
        if (prefix !== null) begun.set(prefix, row.created_at.getTime());
      }
      return call;
    });
  });
}

function repeatOf(
  row: BodyRow,
  { asked, begun }: { asked: ReadonlySet<string>; begun: ReadonlyMap<string, number> },
): RepeatedCall {
  const since = row.created_at.getTime() - PROVIDER_CACHE_MS;
  const longest = row.prefixes.findIndex((prefix) => (begun.get(prefix ?? '') ?? 0) >= since);
  const share = longest === -1 ? 0 : Math.min(1, (PREFIX_CHARS[longest] ?? 0) / row.chars);
  const tokens = Math.floor(row.input_tokens * share);
  return {
    day: row.day,
    createdAt: row.created_at,
    provider: row.provider,
    model: row.model,
    responseModel: row.response_model,
    operation: row.operation,
    usage: {
      input: row.input_tokens,
      cachedInput: row.cached_input_tokens,
      cacheWriteInput: null,
      audioInput: null,
      output: row.output_tokens,
      reasoning: null,
      audioOutput: null,
      source: 'reported',
    },
    costMicroUsd: row.cost_micro_usd,
    cacheHit: row.hit,
    asked: asked.has(row.whole),
    repeatedTokens: tokens >= LEAST_CACHED_TOKENS ? tokens : 0,
  };
}
