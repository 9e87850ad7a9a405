import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startProgram } from './support/program.ts';

/** Experiments and prompts through the whole program: gateway, spool, loader, evaluation, analysis. */
let program: RunningProgram;

beforeAll(async () => {
  program = await startProgram();
});
afterAll(async () => {
  await program.stop();
  program.remove();
});

type Json = ReturnType<typeof JSON.parse>;

async function call(method: string, path: string, options: Sent = {}): Promise<Json> {
  const reply = await fetch(`${program.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${program.apiKey}`,
      ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const body: Json = await reply.json();
  if (!reply.ok) throw new Error(`${reply.status} ${JSON.stringify(body)}`);
  return { ...body, headers: reply.headers };
}

interface Sent {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const chat = (model: string, headers: Record<string, string>, messages: object[]): Promise<Json> =>
  call('POST', '/v1/chat/completions', { headers, body: { model, messages } });

/** Asks again until the answer is as wanted: what is asked for happens in the background. */
async function until(ask: () => Promise<Json>, wanted: (answer: Json) => boolean): Promise<Json> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('given a running experiment between models', () => {
  it('gives users their arms, sees the poorer one and says so', { timeout: 60_000 }, async () => {
    const { id } = await call('POST', '/api/v1/experiments', {
      body: {
        name: 'Is the poor model good enough?',
        target: { kind: 'model', name: 'demo/good' },
        arms: [
          { name: 'good' },
          { name: 'poor', model: 'demo/poor' },
          { name: 'shadow', model: 'demo/poor', shadow: true, budgetMicroUsd: 1_000_000 },
        ],
        control: 'good',
        primaryMetric: 'score:overall',
        metrics: ['latency', 'cost'],
        minimumUnits: 20,
        plannedUnits: 60,
      },
    });
    await call('POST', `/api/v1/experiments/${id}/start`, { body: {} });
    // A change counts within a second.
    const exposed = async (user: string): Promise<string | null> => {
      const reply = await chat('demo/good', { 'x-lqo-user': user }, [
        { role: 'user', content: `What is a prime number? (${user})` },
      ]);
      return reply.headers.get('x-lqo-interaction-id');
    };
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 120 }, (_, user) => exposed(`user-${user}`)));
    }
    const last = await exposed('user-0');
    const results = await until(
      () => call('GET', `/api/v1/experiments/${id}/results`),
      ({ verdict, arms }) =>
        verdict.kind === 'worse' && arms[0].calls + arms[1].calls === 241 && arms[2].calls > 0,
    );
    expect(results.verdict).toMatchObject({ kind: 'worse', arm: 'poor', metric: 'score:overall' });
    const [good, poor] = results.arms;
    expect(good.units + poor.units).toBe(120);
    expect(poor.metrics[0].value).toBeLessThan(good.metrics[0].value);
    expect(results.sampleRatio.state).toBe('ok');
    const interaction = await call('GET', `/api/v1/interactions/${last}`);
    expect(interaction.experiment).toMatchObject({ id });
    expect(interaction.model).toBe('demo/good');
  });
});

describe('given a registered prompt', () => {
  it('renders it into calls of every dialect that ask for it', { timeout: 60_000 }, async () => {
    await call('POST', '/api/v1/prompts', {
      body: {
        name: 'pirate',
        messages: [{ role: 'system', template: 'You speak like {{who}}.' }],
      },
    });
    const labels = { 'x-lqo-prompt': 'pirate', 'x-lqo-variables': '{"who":"a pirate"}' };
    const question = { role: 'user', content: 'Hello' };
    const ids = await until(
      async () => {
        const asked = await Promise.allSettled([
          chat('demo/good', labels, [question]),
          call('POST', '/v1/messages', {
            headers: labels,
            body: { model: 'demo/good', max_tokens: 50, messages: [question] },
          }),
        ]);
        return asked.map((one) => (one.status === 'fulfilled' ? one.value.headers : one.reason));
      },
      (replies) => replies.every((reply: unknown) => reply instanceof Headers),
    );
    for (const headers of ids) {
      const id = headers.get('x-lqo-interaction-id');
      const found = await until(
        () => call('GET', `/api/v1/interactions/${id}`).catch(() => null),
        (answer) => answer !== null,
      );
      expect(found).toMatchObject({ promptName: 'pirate', promptVersion: '1' });
      expect(JSON.stringify(found)).toContain('You speak like a pirate.');
    }
  });

  it('names what is missing, and takes the header for a label when nothing is to be rendered', async () => {
    const missing = chat('demo/good', { 'x-lqo-prompt': 'pirate', 'x-lqo-variables': '{}' }, []);
    await expect(missing).rejects.toThrow(/400 .*variables are missing: who/);
    const labelled = await chat('demo/good', { 'x-lqo-prompt': 'pirate@my-own-7' }, [
      { role: 'user', content: 'Hello' },
    ]);
    expect(labelled.choices).toHaveLength(1);
  });
});
