import { type Ask, AskError, type Asked } from '../evaluation/ask.ts';
import type { Usage } from '../interactions/record.ts';
import type { Pricer } from '../pricing/price.ts';
import { type CallMarks, marksOf } from './fence.ts';
import { asJudgeError } from './judge-error.ts';
import type { Messages } from './write-question.ts';

/** One call of a judgement, as it was noted before it was made. */
export interface NotedCall {
  /** The id that the call will have, or has. */
  readonly interactionId: string;
  /** Random hex: the marks of the call. */
  readonly random: string;
  /** The answer, when the call was made and answered before the program last ended. */
  readonly answered: (Asked & { readonly costMicroUsd: number | null }) | null;
}

/** Notes each call before it is made, so that an answer that was paid for is found again. */
export type Note = (step: string) => Promise<NotedCall>;

/** What was taken from the budget for one call. */
export interface Held {
  /** Gives back what the call did not cost; null: what it cost is not known, and it counts as estimated. */
  settle(costMicroUsd: number | null): Promise<void>;
}

/** Takes money for one call. Throws JudgeError `over_budget`. */
export type Hold = (microUsd: number) => Promise<Held>;

/** What provider and model do not take; learned from refusals, forgotten with the process. */
export type Quirks = Map<string, Set<Optional>>;

export interface AskJudgeDeps {
  readonly ask: Ask;
  readonly price: () => Promise<Pricer>;
  readonly now: () => number;
  readonly note: Note;
  readonly hold: Hold;
  /** Waits until another call may begin. */
  readonly pace: (signal: AbortSignal | undefined) => Promise<void>;
  readonly quirks: Quirks;
}

export interface JudgeCall {
  readonly projectId: string;
  readonly model: string;
  readonly step: string;
  /** The messages, by the marks of the call. */
  readonly write: (marks: CallMarks) => Messages;
  /** Null: plain text is wanted. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
  readonly logprobs: boolean;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface JudgeReply {
  readonly asked: Asked;
  readonly marks: CallMarks;
  readonly messages: Messages;
  /** Null when the model has no price. */
  readonly costMicroUsd: number | null;
}

/** Parts of a request that some providers refuse. */
const OPTIONAL = ['response_format', 'temperature', 'logprobs', 'max_completion_tokens'] as const;
type Optional = (typeof OPTIONAL)[number];

const REFUSED: readonly (readonly [Optional, RegExp])[] = [
  ['response_format', /response_format|json_schema|structured output/i],
  ['temperature', /temperature/i],
  ['logprobs', /log_?probs/i],
  ['max_completion_tokens', /max_completion_tokens/i],
];

/**
 * Asks a judge once: notes the call, takes the money, asks, settles. What a provider refuses of the request is left
 * out and remembered. Throws JudgeError.
 */
export async function askJudge(deps: AskJudgeDeps, call: JudgeCall): Promise<JudgeReply> {
  const noted = await deps.note(call.step);
  const marks = marksOf(noted.random);
  const messages = call.write(marks);
  if (noted.answered !== null) {
    const { costMicroUsd, ...asked } = noted.answered;
    return { asked, marks, messages, costMicroUsd };
  }
  await deps.pace(call.signal);
  const priced = { price: await deps.price(), nowMs: deps.now() };
  const held = await deps.hold(mostOf(priced, call, messages));
  let costMicroUsd: number | null = 0;
  try {
    const asked = await askWithout(deps, call, { messages, interactionId: noted.interactionId });
    costMicroUsd = costOf(priced, call, asked);
    return { asked, marks, messages, costMicroUsd };
  } catch (thrown) {
    // Whether a call that was cut off is billed, nobody says: it counts as estimated.
    if (thrown instanceof AskError && thrown.code === 'timeout') costMicroUsd = null;
    throw asJudgeError(thrown);
  } finally {
    await held.settle(costMicroUsd);
  }
}

async function askWithout(
  deps: AskJudgeDeps,
  call: JudgeCall,
  first: { readonly messages: Messages; readonly interactionId: string },
): Promise<Asked> {
  const { projectId, model, tags, metadata, timeoutMs, signal } = call;
  const key = `${projectId} ${model}`;
  const quirks = deps.quirks.get(key) ?? new Set();
  let { interactionId } = first;
  for (;;) {
    try {
      return await deps.ask({
        projectId,
        model,
        purpose: 'judge',
        messages: first.messages,
        parameters: parametersOf(call, quirks),
        tags,
        metadata,
        interactionId,
        timeoutMs,
        ...(signal !== undefined && { signal }),
      });
    } catch (thrown) {
      const cause = thrown instanceof AskError && thrown.code === 'refused' ? thrown.message : '';
      const refused = REFUSED.find(([name, pattern]) => !quirks.has(name) && pattern.test(cause));
      if (refused === undefined) throw thrown;
      quirks.add(refused[0]);
      deps.quirks.set(key, quirks);
      // The refusal was recorded under the id of the call before.
      ({ interactionId } = await deps.note(call.step));
    }
  }
}

function parametersOf(call: JudgeCall, quirks: ReadonlySet<Optional>): Record<string, unknown> {
  const { schema, temperature, maxOutputTokens, logprobs } = call;
  const limit = quirks.has('max_completion_tokens') ? 'max_tokens' : 'max_completion_tokens';
  return {
    [limit]: maxOutputTokens,
    ...(temperature !== null && !quirks.has('temperature') && { temperature }),
    ...(schema !== null && !quirks.has('response_format') && { response_format: schema }),
    ...(logprobs && !quirks.has('logprobs') && { logprobs: true, top_logprobs: 10 }),
  };
}

/** Four bytes hold about one token; a third more covers text that packs worse. */
const TOKENS_A_BYTE = (1 / 4) * (4 / 3);
/** What a token of a model without a price is reckoned at, in micro-USD: dearer than most. */
const UNPRICED = { input: 5, output: 25 } as const;

interface Priced {
  readonly price: Pricer;
  readonly nowMs: number;
}

function mostOf({ price, nowMs }: Priced, call: JudgeCall, messages: Messages): number {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return mostMicroUsd(price, { ...call, inputBytes: bytes, nowMs }).microUsd;
}

/** The most that a call may cost; `priced` tells whether its model has a price. */
export function mostMicroUsd(
  price: Pricer,
  of: {
    readonly projectId: string;
    readonly model: string;
    readonly inputBytes: number;
    readonly maxOutputTokens: number;
    readonly nowMs: number;
  },
): { readonly microUsd: number; readonly priced: boolean } {
  const input = Math.ceil(of.inputBytes * TOKENS_A_BYTE);
  const output = of.maxOutputTokens;
  const found = price({
    projectId: of.projectId,
    provider: providerOf(of.model),
    model: of.model,
    usage: usageOf(input, output),
    at: new Date(of.nowMs),
  });
  if (found !== null) return { microUsd: found.costMicroUsd, priced: true };
  return { microUsd: input * UNPRICED.input + output * UNPRICED.output, priced: false };
}

/** Null when the tokens or the price are not known. */
function costOf({ price, nowMs }: Priced, call: JudgeCall, asked: Asked): number | null {
  const { inputTokens, outputTokens } = asked;
  if (inputTokens === null || outputTokens === null) return null;
  const found = price({
    projectId: call.projectId,
    provider: asked.provider ?? providerOf(call.model),
    model: call.model,
    responseModel: asked.model,
    usage: usageOf(inputTokens, outputTokens),
    at: new Date(nowMs),
  });
  return found?.costMicroUsd ?? null;
}

/** The provider that a model's name begins with; empty where it does not say. */
function providerOf(model: string): string {
  return model.includes('/') ? (model.split('/', 1)[0] ?? '') : '';
}

function usageOf(input: number, output: number): Usage {
  return {
    input,
    cachedInput: null,
    cacheWriteInput: null,
    audioInput: null,
    output,
    reasoning: null,
    audioOutput: null,
    source: 'estimated',
  };
}
