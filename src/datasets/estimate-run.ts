import type { RunEstimate, RunEstimateRequest } from '../contract/dataset-runs.ts';
import type { DatasetItem } from '../contract/datasets.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { buildMessages } from './build-messages.ts';
import { plannedItems, planRun, type RunDeps, type RunPlan } from './run-store.ts';

/** What counting and pricing need; the rooms that know are joined by the composition. */
export interface Prices {
  /** Tokens of texts by the tokenizer of the model, or of a like one. */
  tokens(model: string, texts: readonly string[]): Promise<number>;
  /** What so many tokens cost in micro-dollars at the dearest provider that may serve them; null when unknown. */
  price(of: {
    readonly projectId: string;
    readonly model: string;
    readonly inputTokens: number;
    readonly outputTokens: number;
  }): Promise<number | null>;
}

/** What a chat message costs beside its text. Source: OpenAI cookbook, "How to count tokens with tiktoken", §6. */
const TOKENS_A_MESSAGE = 4;
const TOKENS_OF_REPLY = 3;
/** Expected where neither earlier answers nor references tell. */
const ASSUMED_OUTPUT_TOKENS = 250;
/** Counted one by one; of larger datasets the rest is reckoned like these. */
const COUNTED_ITEMS = 2_000;

/** What a run would ask and cost. Throws like `planRun`. */
export async function estimateRun(
  deps: RunDeps & { readonly prices: Prices },
  projectId: string,
  wish: RunEstimateRequest,
): Promise<RunEstimate> {
  const { prices } = deps;
  const plan = await planRun(deps, projectId, wish);
  const sums = { items: 0, counted: 0, input: 0, reference: 0, references: 0 };
  for await (const items of plannedItems(deps.database, projectId, plan)) {
    sums.items += items.length;
    const counted = items.slice(0, Math.max(0, COUNTED_ITEMS - sums.counted));
    for (const item of counted) await addItem(prices, sums, { item, wish, plan });
  }
  const earlier = await earlierOutput(deps, projectId, wish.model);
  const usual = sums.references === 0 ? ASSUMED_OUTPUT_TOKENS : sums.reference / sums.references;
  const most =
    wish.parameters.maxOutputTokens ?? plan.prompt?.version.parameters.maxOutputTokens ?? Infinity;
  const inputTokens = sums.counted === 0 ? 0 : Math.ceil((sums.input / sums.counted) * sums.items);
  const outputTokens = Math.ceil(Math.min(most, earlier ?? usual) * sums.items);
  const of = { projectId, model: wish.model, inputTokens, outputTokens };
  const costMicroUsd = await prices.price(of);
  const evaluators = await deps.evaluators.choose(projectId, plan.evaluators);
  return {
    items: sums.items,
    inputTokens,
    outputTokens,
    outputFrom: earlier !== null ? 'earlier_runs' : sums.references > 0 ? 'references' : 'assumed',
    costMicroUsd,
    costUsd: usdFromMicroUsd(costMicroUsd),
    judges: sums.items * evaluators.filter(({ kind }) => kind === 'judge').length,
  };
}

interface Sums {
  counted: number;
  input: number;
  reference: number;
  references: number;
}

async function addItem(
  prices: Prices,
  sums: Sums,
  of: { readonly item: DatasetItem; readonly wish: RunEstimateRequest; readonly plan: RunPlan },
): Promise<void> {
  const { item, plan } = of;
  const { model } = of.wish;
  const messages = buildMessages(plan.prompt?.version ?? null, item);
  const texts = messages.map(({ content }) => content);
  sums.counted += 1;
  sums.input += await prices.tokens(model, texts);
  sums.input += messages.length * TOKENS_A_MESSAGE + TOKENS_OF_REPLY;
  if (item.reference === null) return;
  sums.references += 1;
  sums.reference += await prices.tokens(model, [item.reference]);
}

/** The mean length of a model's answers in the newest runs of a project, in tokens; null without any. */
async function earlierOutput(
  { database }: RunDeps,
  projectId: string,
  model: string,
): Promise<number | null> {
  const [row] = await database.query<{ mean: number | null }>(
    `select avg(r.output_tokens)::float8 as mean from dataset_run_results r
     where r.status = 'done' and r.run_id in (
       select id from dataset_runs where project_id = $1 and model = $2 order by id desc limit 5)`,
    [projectId, model],
  );
  return row?.mean ?? null;
}
