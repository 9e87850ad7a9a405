import { randomBytes, randomUUID } from 'node:crypto';
import type { Ask } from '../../src/evaluation/ask.ts';
import { answerOf, refusalOf } from '../../src/evaluation/read-reply.ts';
import type { AskJudgeDeps } from '../../src/judges/ask-judge.ts';
import { createPricer } from '../../src/pricing/price.ts';
import { answerDemo } from '../../src/providers/demo/answer.ts';

/** Asks the built-in judge in this process: nothing is paid and nothing leaves the machine. */
export const askDemo: Ask = async ({ model, messages, parameters }) => {
  const body = JSON.stringify({ ...parameters, model, messages });
  const { chunks } = answerDemo({ method: 'POST', path: '/v1/chat/completions', body });
  const answer = answerOf(chunks.map(({ text }) => text).join(''), null);
  return { ...answer, interactionId: null, provider: 'demo', latencyMs: 0 };
};

/** Asks any model through a running gateway with an ordinary API key. */
export function askGateway(url: string, key: string): Ask {
  return async ({ model, messages, parameters, timeoutMs, tags = [] }) => {
    const response = await fetch(new URL('/v1/chat/completions', url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'x-lqo-tags': ['bench', ...tags].join(','),
      },
      body: JSON.stringify({ ...parameters, model, messages }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const id = response.headers.get('x-lqo-interaction-id');
    const body = await response.text();
    if (!response.ok) throw refusalOf(response, body, id);
    const provider = response.headers.get('x-lqo-provider');
    return { ...answerOf(body, id), interactionId: id, provider, latencyMs: 0 };
  };
}

/** What a judgement needs beside a model, without a database: no budget, no pace, nothing noted. */
export function benchDeps(ask: Ask): AskJudgeDeps {
  return {
    ask,
    price: async () => createPricer({ prices: [] }),
    now: () => Date.now(),
    note: async () => ({
      interactionId: randomUUID(),
      random: randomBytes(16).toString('hex'),
      answered: null,
    }),
    hold: async () => ({ settle: async (): Promise<void> => undefined }),
    pace: async () => undefined,
    quirks: new Map(),
  };
}

/** Works on items a few at a time, in their order. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  }
  return results;
}
