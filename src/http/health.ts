import { HealthReply, ReadyReply } from '../contract/health.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { App } from '../core/http.ts';

const CHECK_TIMEOUT_MS = 3000;

/** A dependency: `check` answers what is wrong with it in one sentence, or null. */
export interface ReadyCheck {
  readonly name: string;
  check(): Promise<string | null>;
}

/** `GET /health` (alive) and `GET /ready` (dependencies; 503 when one is in trouble). */
export function healthRoutes(
  app: App,
  deps: { clock: Clock; version: string; checks: readonly ReadyCheck[] },
): void {
  app.get(
    '/health',
    {
      config: { public: true },
      schema: {
        response: { 200: HealthReply },
        tags: ['operations'],
        summary: 'Is the process alive?',
      },
    },
    async () => ({
      status: 'ok' as const,
      service: 'llm-quality-observer',
      version: deps.version,
      timestamp: new Date(deps.clock.now()).toISOString(),
    }),
  );
  app.get(
    '/ready',
    {
      config: { public: true },
      schema: {
        response: { 200: ReadyReply, 503: ReadyReply },
        tags: ['operations'],
        summary: 'Do the dependencies work?',
      },
    },
    async (request, reply) => {
      const checks = await Promise.all(
        deps.checks.map(async ({ name, check }) => ({ name, problem: await ask(check) })),
      );
      const ready = checks.every(({ problem }) => problem === null);
      if (!ready) request.log.warn({ checks }, 'not ready');
      return reply
        .code(ready ? 200 : 503)
        .send({ status: ready ? ('ready' as const) : ('not_ready' as const), checks });
    },
  );
}

async function ask(check: ReadyCheck['check']): Promise<string | null> {
  const { promise: late, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, CHECK_TIMEOUT_MS, `no answer within ${CHECK_TIMEOUT_MS} ms`);
  try {
    return await Promise.race([check(), late]);
  } catch (thrown) {
    return asError(thrown).message;
  } finally {
    clearTimeout(timer);
  }
}
