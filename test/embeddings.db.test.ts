import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InteractionDetail } from '../src/contract/interactions.ts';
import { testStore } from './support/database.ts';
import { type RunningProgram, startProgram } from './support/program.ts';

const KEY = 'lqo_provisioned_for_embeddings';
let program: RunningProgram;

beforeAll(async () => {
  const target = process.env['TEST_DATABASE'] === 'postgres' ? (await testStore()).target() : null;
  const databaseEnv = target?.kind === 'postgres' ? { DATABASE_URL: target.url } : {};
  program = await startProgram({
    env: { ...databaseEnv, LQO_API_KEY: KEY, EMBEDDING_MODEL: 'demo/good' },
  });
});

afterAll(async () => {
  await program.kill();
  program.remove();
});

async function get<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const reply = await fetch(program.url + path, { headers: { authorization: `Bearer ${KEY}` } });
  return schema.parse(await reply.json());
}

/** Looks again until it is there; the limit is the test's own time-out. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look().catch(() => undefined);
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const Listed = z.object({
  items: z.array(z.object({ id: z.string(), operation: z.string(), origin: z.string() })),
});

describe('given an embedding model', () => {
  it('scores similarity by it, through the gateway, and never evaluates the call for it', async () => {
    const call = await fetch(`${program.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'demo/good',
        messages: [{ role: 'user', content: 'What is the capital of France?' }],
      }),
    });
    await call.text();
    const id = call.headers.get('x-lqo-interaction-id') ?? '';
    const similarity = await until(async () => {
      const { scores } = await get(`/api/v1/interactions/${id}`, InteractionDetail);
      return scores.find(({ name }) => name === 'semantic_similarity');
    });
    expect(similarity.details).toMatchObject({ method: 'embedding:demo/good' });
    const asked = await until(async () => {
      const { items } = await get('/api/v1/interactions?origin=judge', Listed);
      return items.find(({ operation }) => operation === 'embeddings');
    });
    expect(asked.origin).toBe('judge');
    const recorded = await get(`/api/v1/interactions/${asked.id}`, InteractionDetail);
    expect(recorded.scores).toEqual([]);
  });
});
