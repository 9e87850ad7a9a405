import { NewRoute } from '../contract/routing.ts';
import type { Clock } from '../core/clock.ts';
import { AppError } from '../core/errors.ts';
import { DEMO_MODELS } from '../providers/demo/models.ts';
import { CallPlan, type CompiledRoute, type Place, type TryObserver } from './call-plan.ts';
import type { KnownProvider, ProjectDirectory, RoutingDirectory } from './directory.ts';
import { orderTargets } from './order-targets.ts';
import { type Resolution, resolveModel } from './resolve-model.ts';
import { RetryBudget, type RetryBudgetPolicy } from './retry-budget.ts';
import { type RouteHealthItem, routeHealthOf } from './route-health.ts';
import type { ListedModel, RoutePlan, RouteQuestion, Router, Target } from './router.ts';
import type { RouteEntry, RoutePolicy } from './snapshot.ts';
import { TargetHealth } from './target-health.ts';

export interface RouterDeps {
  readonly directory: RoutingDirectory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  random(): number;
  /** How long a call may take whose targets do not say (UPSTREAM_TOTAL_TIMEOUT_MS). */
  readonly totalTimeoutMs: number;
  readonly metrics: TryObserver;
  readonly retryBudget?: RetryBudgetPolicy;
}

/** A router that also tells how its targets fare. */
export interface ObservedRouter extends Router {
  /** The targets of a project's routes, as this process sees them. */
  health(projectId: string): readonly RouteHealthItem[];
  /** Takes in that a provider was asked by itself, for all routes that want that. */
  probed(providerId: string, answered: boolean): void;
}

const NO_TIMEOUTS = { connectMs: null, firstByteMs: null, idleMs: null, totalMs: null } as const;
const MAX_REMEMBERED = 2000;
const MAX_REMEMBERED_NAME = 300;

/** A model that is no route goes where it goes, once: whoever wants retries names a route. */
const DIRECT_POLICY: RoutePolicy = {
  ...NewRoute.pick({ retries: true, breaker: true }).parse({
    retries: { max: 0, on: [] },
    breaker: { enabled: false },
  }),
  sticky: 'none',
  fallbackOn: [],
  probeSeconds: null,
  onDisconnect: 'abort',
};

/** Finds ways for calls by what the directory holds. All state is this process's own. */
export function createRouter(deps: RouterDeps): ObservedRouter {
  const book = new RouterBook(deps);
  return {
    plan: (question) => book.plan(question),
    models: (projectId) => listModels(deps.directory.of(projectId)),
    health(projectId): readonly RouteHealthItem[] {
      const directory = deps.directory.of(projectId);
      return [...directory.routes.values()].map((entry) =>
        routeHealthOf(book.compile(directory, entry), deps.clock),
      );
    },
    probed: (providerId, answered) => book.probed(providerId, answered),
  };
}

/** What a project's memory of its directory is: thrown away with the directory. */
interface ProjectMemory {
  readonly routes: Map<string, CompiledRoute>;
  readonly resolutions: Map<string, Resolution>;
}

class RouterBook {
  readonly #deps: RouterDeps;
  readonly #health = new Map<string, TargetHealth>();
  readonly #budgets = new Map<string, RetryBudget>();
  readonly #memory = new WeakMap<ProjectDirectory, ProjectMemory>();

  constructor(deps: RouterDeps) {
    this.#deps = deps;
    deps.directory.onReplace(() => this.#forgetGone());
  }

  plan(question: RouteQuestion): RoutePlan {
    const directory = this.#deps.directory.of(question.projectId);
    const resolution = this.#resolve(directory, question);
    return resolution.kind === 'route'
      ? this.#planRoute(directory, resolution.route, question)
      : this.#planDirect(resolution.provider, resolution.model);
  }

  #resolve(directory: ProjectDirectory, question: RouteQuestion): Resolution {
    const { resolutions } = this.#memoryOf(directory);
    const key = `${question.dialect}\n${question.model ?? '\n'}`;
    const known = resolutions.get(key);
    if (known !== undefined) return known;
    const found = resolveModel(directory, question);
    // Callers choose the names, so neither their number nor their length may pile up.
    if (key.length > MAX_REMEMBERED_NAME) return found;
    if (resolutions.size >= MAX_REMEMBERED) resolutions.clear();
    resolutions.set(key, found);
    return found;
  }

  #planRoute(directory: ProjectDirectory, entry: RouteEntry, question: RouteQuestion): RoutePlan {
    const { places, totalMs } = this.compile(directory, entry);
    const nowMs = this.#deps.clock.monotonic();
    if (!places.some(({ health }) => health.allows(nowMs))) throw nothingLeft(entry, places, nowMs);
    const ordered = orderTargets(places, {
      stickTo: stickTo(entry, question),
      random: this.#deps.random,
    });
    const named = ordered.map((place) => withModel(place, question.model));
    return this.#plan({ route: entry.name, policy: entry, places: named, budgetMs: totalMs });
  }

  #planDirect(provider: KnownProvider, model: string | null): RoutePlan {
    assertUsable(provider);
    const id = `direct:${provider.entry.id}:${model ?? ''}`;
    const target: Target = { id, provider: provider.upstream, model, timeouts: NO_TIMEOUTS };
    const place: Place = {
      key: id,
      weight: 1,
      priority: 0,
      target,
      health: new TargetHealth({ breaker: DIRECT_POLICY.breaker, maxConcurrent: null }),
      budget: this.#budgetOf(provider.entry.id),
    };
    const budgetMs = this.#deps.totalTimeoutMs;
    return this.#plan({ route: null, policy: DIRECT_POLICY, places: [place], budgetMs });
  }

  #plan(of: {
    route: string | null;
    policy: RoutePolicy;
    places: readonly Place[];
    budgetMs: number;
  }): RoutePlan {
    const { clock, random, metrics } = this.#deps;
    return new CallPlan({ ...of, now: (): number => clock.monotonic(), random, metrics });
  }

  probed(providerId: string, answered: boolean): void {
    const nowMs = this.#deps.clock.monotonic();
    for (const entry of this.#deps.directory.snapshot.routes) {
      if (entry.probeSeconds === null) continue;
      const directory = this.#deps.directory.of(entry.projectId);
      for (const { target, health } of this.compile(directory, entry).places) {
        if (target.provider.id === providerId) health.probed(answered, nowMs);
      }
    }
  }

  compile(directory: ProjectDirectory, entry: RouteEntry): CompiledRoute {
    const { routes } = this.#memoryOf(directory);
    const known = routes.get(entry.id);
    if (known !== undefined) return known;
    const places = entry.targets.flatMap((target) => {
      const provider = directory.byId.get(target.providerId);
      const usable = provider?.entry.enabled === true && provider.entry.problem === null;
      return usable ? [this.#placeOf(entry, target, provider)] : [];
    });
    const totals = places.map(({ target }) => target.timeouts.totalMs ?? this.#deps.totalTimeoutMs);
    const made = { entry, places, totalMs: Math.max(0, ...totals) };
    routes.set(entry.id, made);
    return made;
  }

  #placeOf(
    route: RouteEntry,
    given: RouteEntry['targets'][number],
    provider: KnownProvider,
  ): Place {
    const { weight, priority, timeouts, model, maxConcurrent } = given;
    const id = targetId(route.id, given);
    const key = healthKey(route, given, provider.entry.revision);
    const health =
      this.#health.get(key) ?? new TargetHealth({ breaker: route.breaker, maxConcurrent });
    this.#health.set(key, health);
    return {
      key: id,
      weight,
      priority,
      target: { id, provider: provider.upstream, model, timeouts },
      health,
      budget: this.#budgetOf(provider.entry.id),
    };
  }

  #budgetOf(providerId: string): RetryBudget {
    const known = this.#budgets.get(providerId);
    if (known !== undefined) return known;
    const made = new RetryBudget(this.#deps.retryBudget);
    this.#budgets.set(providerId, made);
    return made;
  }

  #memoryOf(directory: ProjectDirectory): ProjectMemory {
    const known = this.#memory.get(directory);
    if (known !== undefined) return known;
    const made: ProjectMemory = { routes: new Map(), resolutions: new Map() };
    this.#memory.set(directory, made);
    return made;
  }

  /** What was learnt of targets that are still there stays; of others nothing may pile up. */
  #forgetGone(): void {
    const { snapshot, always } = this.#deps.directory;
    const providers = [...snapshot.providers, ...always];
    const revisions = new Map(providers.map(({ id, revision }) => [id, revision]));
    const keys = new Set(
      snapshot.routes.flatMap((route) =>
        route.targets.map((target) =>
          healthKey(route, target, revisions.get(target.providerId) ?? ''),
        ),
      ),
    );
    for (const key of this.#health.keys()) if (!keys.has(key)) this.#health.delete(key);
    for (const id of this.#budgets.keys()) if (!revisions.has(id)) this.#budgets.delete(id);
  }
}

function targetId(routeId: string, target: RouteEntry['targets'][number]): string {
  return `${routeId}:${target.providerId}:${target.model ?? ''}`;
}

/** Another provider behind the same id, or other rules, make another target. */
function healthKey(
  route: RouteEntry,
  target: RouteEntry['targets'][number],
  revision: string,
): string {
  const { breaker } = route;
  return [targetId(route.id, target), revision, target.maxConcurrent, JSON.stringify(breaker)].join(
    '\n',
  );
}

function withModel(place: Place, model: string | null): Place {
  return place.target.model !== null || model === null
    ? place
    : { ...place, target: { ...place.target, model } };
}

function stickTo(route: RouteEntry, { sessionId, userId }: RouteQuestion): string | null {
  if (route.sticky === 'none') return null;
  const to = route.sticky === 'session' ? (sessionId ?? userId) : userId;
  return to === null ? null : `${route.id}:${to}`;
}

function assertUsable({ entry }: KnownProvider): void {
  if (entry.problem === null) return;
  throw new AppError(
    'no_target_available',
    `The provider ${entry.name} cannot be used: ${entry.problem}.`,
  );
}

function nothingLeft(route: RouteEntry, places: readonly Place[], nowMs: number): AppError {
  if (places.length === 0) {
    return new AppError(
      'no_target_available',
      `Every target of the route ${route.name} is switched off.`,
    );
  }
  const waits = places
    .filter(({ health }) => !health.full)
    .map(({ health }) => health.breaker.openUntilMs - nowMs);
  const seconds = Math.max(1, Math.ceil(Math.min(...waits) / 1000));
  const when = Number.isFinite(seconds) ? ` Try again in ${seconds} s.` : '';
  return new AppError(
    'no_target_available',
    `Every target of the route ${route.name} is full or rests after failures.${when}`,
    { details: Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : null },
  );
}

function listModels(directory: ProjectDirectory): readonly ListedModel[] {
  const listed = new Map<string, ListedModel>();
  const add = (id: string, ownedBy: string, createdAtSeconds: number): void => {
    if (!listed.has(id)) listed.set(id, { id, ownedBy, createdAtSeconds });
  };
  for (const { name, enabled, createdAtSeconds } of directory.routes.values()) {
    if (enabled) add(name, 'lqo-route', createdAtSeconds);
  }
  for (const [name, entries] of directory.models) {
    for (const { enabled, providerId, createdAtSeconds } of entries) {
      const provider = directory.byId.get(providerId);
      if (enabled && provider?.entry.enabled === true) {
        add(name, provider.entry.name, createdAtSeconds);
      }
    }
  }
  for (const model of DEMO_MODELS) add(model, 'lqo-demo', 0);
  return [...listed.values()];
}
