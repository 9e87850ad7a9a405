import { AppError } from '../../src/core/errors.ts';
import { DEMO_TARGET } from '../../src/gateway/single-router.ts';
import type { DialectId } from '../../src/providers/dialect.ts';
import type {
  NextTry,
  RoutePlan,
  RouteQuestion,
  Router,
  Target,
  TryResult,
  UpstreamProvider,
} from '../../src/routing/router.ts';

/** A target at a mock provider. */
export function targetAt(
  baseUrl: string,
  {
    dialect = 'openai',
    model = null,
    provider = {},
  }: {
    dialect?: DialectId;
    model?: string | null;
    provider?: Partial<UpstreamProvider>;
  } = {},
): Target {
  const name = provider.name ?? `mock-${dialect}`;
  return {
    ...DEMO_TARGET,
    id: `${name}/${model}`,
    model,
    provider: {
      ...DEMO_TARGET.provider,
      id: name,
      name,
      kind: 'standard',
      dialect,
      baseUrl: new URL(baseUrl),
      credentialHeaders: { 'x-mock-key': 'secret' },
      ...provider,
    },
  };
}

export interface PlannedRouter extends Router {
  readonly questions: RouteQuestion[];
  /** Every result that was told of a try, in order. */
  readonly results: TryResult[];
  /** Tries that were given out and are not done yet. */
  readonly open: () => number;
}

/** A router that tries these targets one after the other, whatever failed; a target may come several times. */
export function plannedRouter(
  targets: readonly Target[],
  {
    delayMs = 0,
    onDisconnect = 'abort',
  }: { delayMs?: number; onDisconnect?: 'abort' | 'drain' } = {},
): PlannedRouter {
  const questions: RouteQuestion[] = [];
  const results: TryResult[] = [];
  let open = 0;
  const tryAt = (at: number): NextTry | null => {
    const target = targets[at];
    if (target === undefined) return null;
    open += 1;
    let done = false;
    return {
      target,
      delayMs: at === 0 ? 0 : delayMs,
      done: (result): void => {
        if (done) throw new Error('A try was done twice.');
        done = true;
        open -= 1;
        results.push(result);
      },
    };
  };
  return {
    questions,
    results,
    open: () => open,
    plan(question): RoutePlan {
      questions.push(question);
      if (targets.length === 0) throw new AppError('model_not_found', 'Nothing serves the model.');
      let at = 0;
      return {
        route: 'planned',
        onDisconnect,
        candidates: targets,
        next(failed): NextTry | null {
          if (failed !== null) at += 1;
          return tryAt(at);
        },
      };
    },
    models: () => [{ id: 'planned', ownedBy: 'lqo-route', createdAtSeconds: 0 }],
  };
}
