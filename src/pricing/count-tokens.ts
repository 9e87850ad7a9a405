import type { Provenance, Usage } from '../interactions/record.ts';
import { countText, encodingOf, type Tokenizer } from './tokenizer.ts';

/** What is counted: `ParsedExchange` of the providers room fits it. */
export interface CountableCall {
  readonly usage: Usage;
  readonly countable: {
    readonly shape: 'chat' | 'text' | 'embeddings' | 'none';
    readonly input: readonly CountableMessage[];
    readonly tools: string | null;
    readonly output: readonly string[];
    readonly inputTokenIds: number;
    readonly hasUncountable: boolean;
    readonly isCut: boolean;
  };
}

interface CountableMessage {
  readonly role: string;
  readonly name: string | null;
  readonly text: string;
}

/**
 * What a chat costs beside its texts. Source: OpenAI cookbook, "How to count tokens with tiktoken",
 * §6 (read 2026-11): 3 tokens a message and its role, 1 more for a name, 3 that open the reply.
 */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const TOKENS_OF_REPLY = 3;

/**
 * The call's usage with unreported totals filled in. `counted`: by the tokenizer of the model over
 * text that was all seen. `estimated`: a cut body, another model's tokenizer, tools, images, hidden reasoning or a
 * text longer than is counted play a part. Reported figures are never replaced; a call without
 * anything to count keeps its nulls. CPU work of up to about 0.2 s: for the background thread.
 */
export async function fillUsage(call: CountableCall, model: string | null): Promise<Usage> {
  const { usage, countable } = call;
  if (countable.shape === 'none' || (usage.input !== null && usage.output !== null)) return usage;
  const encoding = encodingOf(model);
  const input = usage.input === null ? await countInput(countable, encoding.tokenizer) : null;
  const output = usage.output === null ? await countOutput(countable, encoding.tokenizer) : null;
  const isExact =
    encoding.isExact &&
    !countable.isCut &&
    (input?.isExact ?? true) &&
    (output === null || (output.isExact && !encoding.hidesReasoning));
  const source: Provenance = isExact ? 'counted' : 'estimated';
  return {
    ...usage,
    input: usage.input ?? input?.tokens ?? null,
    output: usage.output ?? output?.tokens ?? null,
    source,
  };
}

interface Count {
  readonly tokens: number;
  readonly isExact: boolean;
}

async function countInput(
  { shape, input, tools, inputTokenIds, hasUncountable }: CountableCall['countable'],
  tokenizer: Tokenizer,
): Promise<Count> {
  const texts = input.map((message) => message.text);
  if (shape !== 'chat') {
    const counted = await countText(texts, tokenizer);
    return { tokens: counted.tokens + inputTokenIds, isExact: counted.isExact && !hasUncountable };
  }
  const roles = await countText(
    input.flatMap(({ role, name }) => (name === null ? [role] : [role, name])),
    tokenizer,
  );
  const counted = await countText(tools === null ? texts : [...texts, tools], tokenizer);
  const names = input.filter((message) => message.name !== null).length;
  const frame =
    input.length * TOKENS_PER_MESSAGE + names * TOKENS_PER_NAME + TOKENS_OF_REPLY + roles.tokens;
  return {
    tokens: counted.tokens + frame,
    isExact: counted.isExact && tools === null && !hasUncountable,
  };
}

async function countOutput(
  { shape, output }: CountableCall['countable'],
  tokenizer: Tokenizer,
): Promise<Count> {
  return shape === 'embeddings' ? { tokens: 0, isExact: true } : countText(output, tokenizer);
}
