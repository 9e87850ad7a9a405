import type { z } from 'zod';
import { ProjectQuery } from '../contract/common.ts';
import {
  EvaluateReply,
  EvaluateRequest,
  FrameworkFeedback,
  FrameworkFeedbackReply,
  InferenceReply,
  InferenceRequest,
  ValidationReply,
} from '../contract/framework.ts';
import { AppError } from '../core/errors.ts';
import type { App } from '../core/http.ts';
import { type AssessDeps, type Assessed, assessCalls } from './assess-calls.ts';
import { addFeedback, giverOf, type HumanScoreDeps } from './human-scores.ts';

const tags = ['llm-monitoring-framework'];
const config = { scope: 'ingest' } as const;

/**
 * The entrances of llm-monitoring-framework: finished calls are recorded like all others, and assessed before the
 * reply. Bodies that are not valid are told in its words, with status 422.
 */
export function frameworkRoutes(app: App, deps: AssessDeps & HumanScoreDeps): void {
  inferenceRoute(app, deps);
  batchRoute(app, deps);
  app.post(
    '/feedback',
    {
      config,
      attachValidation: true,
      schema: {
        querystring: ProjectQuery,
        body: FrameworkFeedback,
        response: { 200: FrameworkFeedbackReply, 422: ValidationReply },
        tags,
        summary: 'Adds what a user says of an answer',
      },
    },
    async ({ auth, body, validationError }, reply) => {
      if (validationError !== undefined) return reply.code(422).send(toldAs(validationError));
      const { trace_id, rating, user_rating, user_feedback, user_id } = body;
      if ((rating ?? null) === null && (user_rating ?? null) === null) {
        throw new AppError('invalid_request', 'Send rating (-1, 0, 1) or user_rating (1 to 5).');
      }
      const given = {
        link: trace_id,
        rating: rating ?? undefined,
        stars: user_rating ?? undefined,
        comment: user_feedback,
      };
      const row = await addFeedback(deps, giverOf(auth, user_id ?? undefined), given);
      return { status: 'ok' as const, feedback_id: row.id };
    },
  );
}

function inferenceRoute(app: App, deps: AssessDeps): void {
  app.post(
    '/monitor/inference',
    {
      config,
      attachValidation: true,
      schema: {
        querystring: ProjectQuery,
        body: InferenceRequest,
        response: { 200: InferenceReply, 422: ValidationReply },
        tags,
        summary: 'Records a finished call and says how good and how safe its answer is',
      },
    },
    async ({ auth, body, validationError }, reply) => {
      if (validationError !== undefined) return reply.code(422).send(toldAs(validationError));
      const [assessed] = await assessCalls(deps, auth, [body]);
      if (assessed === undefined) throw new Error('one call has one assessment');
      return inferenceReply(assessed);
    },
  );
}

function batchRoute(app: App, deps: AssessDeps): void {
  app.post(
    '/evaluate',
    {
      config,
      attachValidation: true,
      schema: {
        querystring: ProjectQuery,
        body: EvaluateRequest,
        response: { 200: EvaluateReply, 422: ValidationReply },
        tags,
        summary: 'Records and assesses up to 500 finished calls',
      },
    },
    async ({ auth, body, validationError }, reply) => {
      if (validationError !== undefined) return reply.code(422).send(toldAs(validationError));
      const { calls, rejected } = sortOut(body);
      const assessed = await assessCalls(
        deps,
        auth,
        calls.map(({ call }) => call),
      );
      const results = assessed.map((one, at) => ({
        ...shortReply(one),
        index: calls[at]?.index ?? at,
      }));
      return { evaluated_count: results.length, results, rejected };
    },
  );
}

function sortOut(items: readonly unknown[]): {
  calls: { index: number; call: InferenceRequest }[];
  rejected: { index: number; reason: string }[];
} {
  const calls: { index: number; call: InferenceRequest }[] = [];
  const rejected: { index: number; reason: string }[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = InferenceRequest.safeParse(item);
    if (parsed.success) calls.push({ index, call: parsed.data });
    else rejected.push({ index, reason: reasonOf(parsed.error) });
  }
  return { calls, rejected };
}

function reasonOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'item'}: ${message}`).join('; ');
}

function shortReply({
  id,
  traceId,
  assessment,
  costMicroUsd,
}: Assessed): Omit<z.input<typeof EvaluateReply>['results'][number], 'index'> {
  return {
    trace_id: traceId,
    interaction_id: id,
    quality_score: assessment.quality,
    safety_score: assessment.safety,
    is_safe: assessment.isSafe,
    safety_flags: [...assessment.flags],
    cost_usd: costMicroUsd === null ? null : costMicroUsd / 1_000_000,
  };
}

function inferenceReply(assessed: Assessed): z.input<typeof InferenceReply> {
  const { parts, domain } = assessed.assessment;
  return {
    ...shortReply(assessed),
    timestamp: new Date(assessed.atMs).toISOString(),
    quality: {
      semantic_similarity: parts.similarity,
      factual_accuracy: parts.accuracy,
      response_relevance: parts.relevance,
      coherence_score: parts.coherence,
      response_length: assessed.answerCharacters,
      topic_category: domain,
    },
    details: detailsOf(assessed),
  };
}

/** By check, in the framework's names where it has one. */
function detailsOf({ assessment }: Assessed): Record<string, unknown> {
  const { hallucination, toxicity, bias, pii, promptInjection } = assessment.checks;
  return {
    ...(hallucination && { hallucination, hallucination_score: hallucination.risk }),
    ...(toxicity && { toxicity, toxicity_score: toxicity.risk }),
    ...(bias && { bias, bias_score: bias.risk }),
    // Detected is more than leaked: addresses that belong to nobody are found, and not flagged.
    ...(pii && { pii, pii_detected: pii.spans.length > 0 }),
    ...(promptInjection && {
      prompt_injection: promptInjection,
      prompt_injection_score: promptInjection.risk,
    }),
  };
}

interface Invalid {
  readonly validation?: readonly { readonly instancePath: string; readonly message?: string }[];
  readonly validationContext?: string;
}

function toldAs({
  validation = [],
  validationContext = 'body',
}: Invalid): z.input<typeof ValidationReply> {
  return {
    detail: validation.map(({ instancePath, message }) => ({
      loc: [validationContext, ...instancePath.split('/').slice(1).map(asPlace)],
      msg: message ?? 'is not valid',
      type: 'value_error',
    })),
  };
}

function asPlace(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}
