import { z } from 'zod';
import { signInside } from '../core/inside-credential.ts';
import type { AskDeps } from './ask-gateway.ts';

/** Texts to be embedded by a model of a project. */
export interface EmbedRequest {
  readonly projectId: string;
  /** A model or route as callers of the gateway name it. */
  readonly model: string;
  readonly texts: readonly string[];
  readonly timeoutMs: number;
}

/** Answers one vector for each text, in order. Rejects with a sentence for operators. */
export type AskEmbeddings = (request: EmbedRequest) => Promise<readonly (readonly number[])[]>;

const Reply = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()) })),
});

/** Credentials live a little longer than the call they are made for. */
const GRACE_MS = 60_000;

/**
 * Asks an embedding model through our own gateway: recorded and priced like a judge's call, within budgets, and never
 * evaluated itself.
 */
export function createAskEmbeddings({ fetch: send, clock, way }: AskDeps): AskEmbeddings {
  return async ({ projectId, model, texts, timeoutMs }) => {
    const gateway = await way();
    if (gateway === null) throw new Error('No gateway is known to ask models through.');
    const expiresAtMs = Math.ceil(clock.now() + timeoutMs + GRACE_MS);
    const token = signInside(gateway.key, { projectId, purpose: 'judge', expiresAtMs });
    const response = await send(new URL('/v1/embeddings', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`The embedding model answered ${response.status}.`);
    const vectors = new Map(
      Reply.parse(JSON.parse(body)).data.map(({ index, embedding }) => [index, embedding]),
    );
    return texts.map((_, index) => {
      const vector = vectors.get(index);
      if (vector === undefined) throw new Error('The embedding model left out a text.');
      return vector;
    });
  };
}
