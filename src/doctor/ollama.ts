import { z } from 'zod';
import { asError } from '../core/errors.ts';
import type { DoctorTools } from './finding.ts';

const Model = z.object({ name: z.string(), digest: z.string().default('') });
const Tags = z.object({ models: z.array(Model).max(10_000) });
const Running = z.object({
  models: z.array(Model.extend({ size: z.number().default(0) })).max(10_000),
});

export interface Ollama {
  /** Why it did not answer; null when it did. */
  readonly problem: string | null;
  readonly installed: readonly z.infer<typeof Model>[];
  /** Names of the models in memory. */
  readonly loaded: readonly string[];
  readonly memoryBytes: number;
}

/** Which models an Ollama server has and holds in memory. Never throws for what the server does. */
export async function askOllama(
  { fetch: send }: Pick<DoctorTools, 'fetch'>,
  baseUrl: string,
  signal: AbortSignal,
): Promise<Ollama> {
  const read = async (path: string): Promise<unknown> => {
    const base = baseUrl.replace(/\/+$/, '');
    const reply = await send(`${base}${path}`, { signal, redirect: 'error' });
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    return await reply.json();
  };
  try {
    const installed = Tags.parse(await read('/api/tags')).models;
    const running = Running.parse(await read('/api/ps')).models;
    return {
      problem: null,
      installed,
      loaded: running.map(({ name }) => name),
      memoryBytes: running.reduce((sum, { size }) => sum + size, 0),
    };
  } catch (thrown) {
    return { problem: reasonOf(asError(thrown)), installed: [], loaded: [], memoryBytes: 0 };
  }
}

function reasonOf(error: Error): string {
  if (error instanceof z.ZodError) return 'its answer is not that of Ollama';
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}
