import type { z } from 'zod';
import type { InteractionEvent } from '../contract/events.ts';
import type { InferenceRequest } from '../contract/framework.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import type { Auth } from '../core/http.ts';
import type { NewId } from '../core/ids.ts';
import type { MicroUsd } from '../core/money.ts';
import { type Assessment, assess } from '../evaluators/assessment.ts';
import type { Subject } from '../evaluators/define-evaluator.ts';
import type { CallFacts, ScoreItems } from './scorer.ts';

/** A finished call whose price is asked for. */
export interface CallToPrice {
  readonly projectId: string;
  readonly provider: string;
  readonly model: string;
  readonly prompt: string;
  readonly answer: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly atMs: number;
}

export interface AssessDeps {
  readonly clock: Clock;
  readonly newId: NewId;
  /** Local evaluators, in their own thread. */
  readonly score: ScoreItems;
  /** Null for a model without a price. Counts tokens, so not in the main thread. */
  price(call: CallToPrice): Promise<MicroUsd | null>;
  /** Hands a finished call to the spool; resolves with `dropped` when that is full. Throws `spool_full`. */
  append(
    projectId: string,
    event: z.input<typeof InteractionEvent>,
  ): Promise<'spooled' | 'dropped'>;
}

/** A call that was recorded, with what is to be said of it. */
export interface Assessed {
  readonly id: string;
  readonly traceId: string;
  readonly atMs: number;
  readonly answerCharacters: number;
  readonly assessment: Assessment;
  readonly costMicroUsd: MicroUsd | null;
}

/** The framework's callers name models, not who serves them; prices are found by the model. */
const PROVIDER = 'unknown';

/**
 * Assesses finished calls by local evaluators and records them, in the order of the calls. What automatic evaluation
 * stores later is the same: evaluators are pure, and their settings are the project's. Throws `spool_full` when
 * a call could not be recorded.
 */
export async function assessCalls(
  deps: AssessDeps,
  { projectId }: Pick<Auth, 'projectId'>,
  calls: readonly InferenceRequest[],
): Promise<Assessed[]> {
  if (calls.length === 0) return [];
  const atMs = deps.clock.now();
  const items = calls.map((call) => ({
    interactionId: deps.newId(),
    projectId,
    subject: subjectOf(call),
    facts: factsOf(call),
  }));
  const said = await deps.score(items);
  return await Promise.all(
    items.map(async ({ interactionId: id, subject }, at) => {
      const call = calls[at];
      if (call === undefined) throw new Error('every item is of a call');
      const traceId = id.replaceAll('-', '').slice(-12);
      const [costMicroUsd, outcome] = await Promise.all([
        deps.price(toPrice(call, { projectId, atMs })),
        deps.append(projectId, eventOf(call, { id, traceId, atMs })),
      ]);
      if (outcome === 'dropped') {
        throw new AppError('spool_full', 'There is no room for more records; try again later.');
      }
      const assessment = assess(subject, said[at] ?? [], checksOf(call));
      const answerCharacters = call.response.length;
      return { id, traceId, atMs, answerCharacters, assessment, costMicroUsd };
    }),
  );
}

function subjectOf({ prompt, response, context }: InferenceRequest): Subject {
  return {
    operation: 'chat',
    prompt,
    instructions: null,
    answer: response,
    answerCharacters: response.length,
    finishReason: null,
    callsTools: false,
    requestedFormat: null,
    context: context ?? [],
    toolResults: [],
  };
}

function factsOf(call: InferenceRequest): CallFacts {
  return {
    origin: 'event',
    status: 'success',
    provider: PROVIDER,
    model: call.model_name,
    responseModel: null,
    route: null,
    userId: call.user_id ?? null,
    sessionId: call.session_id ?? null,
    tags: call.tags ?? [],
    metadata: {},
    promptName: null,
    promptVersion: null,
    latencyMs: call.response_time_ms ?? null,
    firstTokenMs: null,
    inputTokens: call.prompt_tokens ?? null,
    outputTokens: call.completion_tokens ?? null,
    costMicroUsd: null,
  };
}

function checksOf(call: InferenceRequest): Parameters<typeof assess>[2] {
  return {
    hallucination: call.check_hallucination,
    toxicity: call.check_toxicity,
    bias: call.check_bias,
    pii: call.check_pii,
    promptInjection: call.check_prompt_injection,
  };
}

function toPrice(
  call: InferenceRequest,
  { projectId, atMs }: { readonly projectId: string; readonly atMs: number },
): CallToPrice {
  return {
    projectId,
    provider: PROVIDER,
    model: call.model_name,
    prompt: call.prompt,
    answer: call.response,
    inputTokens: call.prompt_tokens ?? null,
    outputTokens: call.completion_tokens ?? null,
    atMs,
  };
}

function eventOf(
  call: InferenceRequest,
  { id, traceId, atMs }: { readonly id: string; readonly traceId: string; readonly atMs: number },
): z.input<typeof InteractionEvent> {
  return {
    event: 'interaction',
    id,
    createdAt: new Date(atMs).toISOString(),
    provider: PROVIDER,
    model: call.model_name,
    prompt: call.prompt,
    response: call.response,
    latencyMs: call.response_time_ms ?? null,
    userId: call.user_id ?? null,
    sessionId: call.session_id ?? null,
    tags: call.tags ?? [],
    context: call.context ?? [],
    traceId,
    usage: { input: call.prompt_tokens ?? null, output: call.completion_tokens ?? null },
  };
}
