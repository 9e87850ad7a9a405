import type { CostSuggestion, SuggestionKind } from '../contract/costs.ts';
import { usdFromMicroUsd } from '../core/money.ts';
import { smallerSiblings } from '../pricing/nearest-models.ts';
import type { Pricer } from '../pricing/price.ts';
import { stratifiedTotal } from '../statistics/stratified.ts';
import { callsOf, type ModelSample, type SampledCall, strataOf } from './cost-sample.ts';

/** Something to do about the calls of a model, before it is known what it saves. */
export interface Idea {
  readonly kind: SuggestionKind;
  readonly sample: ModelSample;
  readonly otherModel: string | null;
  /** What one call would have cost less, in micro-USD; 0 where the idea is not about it. */
  saving(call: SampledCall): number;
  readonly figures: Readonly<Record<string, number>>;
  readonly title: string;
  readonly how: string;
}

/** What ideas are found with. */
export interface IdeaTools {
  readonly projectId: string;
  readonly price: Pricer;
}

/** Fewer calls than these say nothing about the next ones. */
export const LEAST_CALLS = 20;
const LONG_PROMPT_TOKENS = 1000;
const LONG_COMPLETION_TOKENS = 500;
const HEAVY_FACTOR = 3;
const SIMPLE = { inputTokens: 500, outputTokens: 200 } as const;
const DOMINANT_SHARE = 0.7;
const TEXT_OPERATIONS: readonly string[] = ['chat', 'responses', 'completions', 'messages'];

/** The ideas that follow from tokens and prices alone. */
export function tokenIdeas(models: readonly ModelSample[], tools: IdeaTools): Idea[] {
  const total = sum(models.flatMap(({ calls }) => calls).map(({ costMicroUsd }) => costMicroUsd));
  return models
    .filter(({ calls }) => calls.length >= LEAST_CALLS)
    .flatMap((sample) => [
      ...otherModelIdeas(sample, { models, total, tools }),
      ...lengthIdeas(sample, tools),
    ]);
}

function lengthIdeas(sample: ModelSample, tools: IdeaTools): Idea[] {
  const { model, calls } = sample;
  const input = mean(calls.map(({ usage }) => usage.input));
  const output = mean(calls.map(({ usage }) => usage.output));
  const heavy = calls.filter(isHeavy).length / calls.length;
  const ideas: Idea[] = [];
  const capped = (inputOf: CapOf, outputOf: CapOf): Idea['saving'] =>
    cappedSaving(tools, inputOf, outputOf);
  if (input > LONG_PROMPT_TOKENS) {
    ideas.push({
      kind: 'long_prompts',
      sample,
      otherModel: null,
      saving: capped((call) => Math.min(call.usage.input, LONG_PROMPT_TOKENS), wholeOutput),
      figures: { averageInputTokens: Math.round(input), capTokens: LONG_PROMPT_TOKENS },
      title: `Shorten the prompts to ${model}: ${Math.round(input)} tokens on average`,
      how: `The price of the input tokens beyond ${LONG_PROMPT_TOKENS} of each call, cached ones at their own price.`,
    });
  }
  if (output > LONG_COMPLETION_TOKENS) {
    ideas.push({
      kind: 'long_completions',
      sample,
      otherModel: null,
      saving: capped(wholeInput, (call) => Math.min(call.usage.output, LONG_COMPLETION_TOKENS)),
      figures: { averageOutputTokens: Math.round(output), capTokens: LONG_COMPLETION_TOKENS },
      title: `Limit the answers of ${model}: ${Math.round(output)} tokens on average`,
      how: `The price of the output tokens beyond ${LONG_COMPLETION_TOKENS} of each call.`,
    });
  }
  if (heavy > 0.5 && output > 0) {
    ideas.push({
      kind: 'prompt_heavy',
      sample,
      otherModel: null,
      saving: capped(
        (call) => (isHeavy(call) ? HEAVY_FACTOR * call.usage.output : call.usage.input),
        wholeOutput,
      ),
      figures: { share: heavy, factor: HEAVY_FACTOR },
      title: `Trim what is sent to ${model}: ${percent(heavy)} of its calls send more than ${HEAVY_FACTOR} times what they get`,
      how: `The price of the input tokens beyond ${HEAVY_FACTOR} times the output of each call; long context that is needed is counted too.`,
    });
  }
  return ideas;
}

type CapOf = (call: SampledCall) => number;
const wholeInput: CapOf = ({ usage }) => usage.input;
const wholeOutput: CapOf = ({ usage }) => usage.output;

function isHeavy({ usage }: SampledCall): boolean {
  return usage.input > HEAVY_FACTOR * usage.output && usage.input > 200;
}

/** The difference in price between a call as it was and with fewer tokens; parts shrink with the whole. */
function cappedSaving(tools: IdeaTools, inputOf: CapOf, outputOf: CapOf): Idea['saving'] {
  return (call) => {
    const { usage } = call;
    const [input, output] = [inputOf(call), outputOf(call)];
    if (call.cacheHit || (input >= usage.input && output >= usage.output)) return 0;
    const inputShare = usage.input === 0 ? 1 : input / usage.input;
    const outputShare = usage.output === 0 ? 1 : output / usage.output;
    const shrink = (tokens: number | null, share: number): number | null =>
      tokens === null ? null : Math.floor(tokens * share);
    return difference(tools, call, {
      usage: {
        ...usage,
        input,
        output,
        cachedInput: shrink(usage.cachedInput, inputShare),
        cacheWriteInput: shrink(usage.cacheWriteInput, inputShare),
        reasoning: shrink(usage.reasoning, outputShare),
      },
    });
  };
}

/** What a call costs less when something of it is changed; 0 when either has no price or it would cost more. */
export function difference(
  { projectId, price }: IdeaTools,
  call: SampledCall,
  change: Partial<Pick<SampledCall, 'usage' | 'provider' | 'model' | 'responseModel'>>,
): number {
  const { createdAt: at, provider, model, responseModel, usage } = call;
  const before = price({ projectId, provider, model, responseModel, usage, at });
  const after = price({ projectId, provider, model, responseModel, usage, ...change, at });
  if (before === null || after === null) return 0;
  return Math.max(0, before.costMicroUsd - after.costMicroUsd);
}

function otherModelIdeas(
  sample: ModelSample,
  of: { models: readonly ModelSample[]; total: number; tools: IdeaTools },
): Idea[] {
  const { tools, total } = of;
  const other = cheaperModel(sample, of);
  if (other === null) return [];
  const { model, calls } = sample;
  const change = { provider: other.provider, model: other.model, responseModel: null };
  const movable = (call: SampledCall): boolean =>
    !call.cacheHit && TEXT_OPERATIONS.includes(call.operation);
  const simple = (call: SampledCall): boolean =>
    movable(call) &&
    call.usage.input <= SIMPLE.inputTokens &&
    call.usage.output <= SIMPLE.outputTokens;
  const share = total > 0 ? sum(calls.map(({ costMicroUsd }) => costMicroUsd)) / total : 0;
  const ideas: Idea[] = [
    {
      kind: 'cheaper_model',
      sample,
      otherModel: other.model,
      saving: (call) => (simple(call) ? difference(tools, call, change) : 0),
      figures: { maxInputTokens: SIMPLE.inputTokens, maxOutputTokens: SIMPLE.outputTokens },
      title: `Try ${other.model} for the short calls to ${model}`,
      how: `The difference in price of the same tokens for calls of at most ${SIMPLE.inputTokens} tokens in and ${SIMPLE.outputTokens} out. Whether its answers are good enough is for an experiment to say.`,
    },
  ];
  if (share > DOMINANT_SHARE) {
    ideas.push({
      kind: 'dominant_model',
      sample,
      otherModel: other.model,
      saving: (call) => (movable(call) ? difference(tools, call, change) : 0),
      figures: { share },
      title: `${model} makes ${percent(share)} of the cost: see which of its calls ${other.model} can take`,
      how: `The difference in price of the same tokens if every call had gone to ${other.model}: the most that moving can save.`,
    });
  }
  return ideas;
}

/** The closest smaller model of the same family, else the cheapest model that the project uses already. */
function cheaperModel(
  sample: ModelSample,
  of: { models: readonly ModelSample[]; tools: IdeaTools },
): { provider: string; model: string } | null {
  const used = of.models.filter(({ calls }) => calls.length >= LEAST_CALLS);
  const candidates = [...smallerSiblings(sample), ...used.filter((other) => other !== sample)];
  const costs = candidates.map((candidate) => ({
    candidate,
    saved: savedBy(sample, candidate, of.tools),
  }));
  const sibling = costs.find(({ candidate, saved }) => !('calls' in candidate) && saved > 0);
  const own = costs
    .filter(({ candidate }) => 'calls' in candidate)
    .sort((a, b) => b.saved - a.saved)[0];
  const best = sibling ?? (own !== undefined && own.saved > 0 ? own : undefined);
  return best === undefined
    ? null
    : { provider: best.candidate.provider, model: best.candidate.model };
}

function savedBy(
  { calls }: ModelSample,
  { provider, model }: { provider: string; model: string },
  tools: IdeaTools,
): number {
  const some = calls.slice(0, LEAST_CALLS);
  return sum(some.map((call) => difference(tools, call, { provider, model, responseModel: null })));
}

/** An idea with what it saves, scaled up to all calls of the range; null when that is nothing worth telling. */
export function suggestionOf(idea: Idea, leastMicroUsd: number): CostSuggestion | null {
  const { sample } = idea;
  const saves = stratifiedTotal(strataOf(sample, (call) => idea.saving(call)));
  if (saves.value === null || saves.value < leastMicroUsd) return null;
  const affected = stratifiedTotal(strataOf(sample, (call) => (idea.saving(call) > 0 ? 1 : 0)));
  const calls = callsOf(sample);
  return {
    kind: idea.kind,
    provider: sample.provider,
    model: sample.model,
    otherModel: idea.otherModel,
    saves: { ...saves, low: saves.low === null ? null : Math.max(0, saves.low) },
    savesUsd: usdFromMicroUsd(saves.value),
    calls,
    affectedCalls: Math.round(affected.value ?? 0),
    sampled: sample.calls.length < calls,
    figures: { ...idea.figures },
    title: idea.title,
    how: idea.how,
  };
}

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
