import type { FallbackClass, RetryableClass } from '../contract/routing.ts';
import type { ErrorType } from '../interactions/record.ts';
import type { Weighted } from './order-targets.ts';
import { backOff } from './retry-after.ts';
import type { RetryBudget } from './retry-budget.ts';
import type { NextTry, RoutePlan, Target, TryResult } from './router.ts';
import type { RouteEntry, RoutePolicy } from './snapshot.ts';
import { type TargetHealth, wasNotSent } from './target-health.ts';

/** A target of a route with what is known of it. */
export interface Place extends Weighted {
  readonly target: Target;
  readonly health: TargetHealth;
  readonly budget: RetryBudget;
}

/** A route ready for calls. */
export interface CompiledRoute {
  readonly entry: RouteEntry;
  readonly places: readonly Place[];
  /** How long a call may take, waits included. */
  readonly totalMs: number;
}

export interface CallPlanParts {
  readonly route: string | null;
  readonly policy: RoutePolicy;
  /** Best first. */
  readonly places: readonly Place[];
  readonly budgetMs: number;
  /** Monotonic milliseconds. */
  now(): number;
  random(): number;
  readonly metrics: TryObserver;
}

/** Who is told about tries. */
export interface TryObserver {
  /** Told how each try ended. */
  ended(place: Place, result: TryResult): void;
  /** Told of each retry that was wanted: whether the provider's budget had one. */
  retried(place: Place, granted: boolean): void;
}

/** However a route is set up, a call is not tried more often than this. */
const MAX_TRIES = 16;
/** No other try can mend these, or nobody waits for one. */
const FINAL: ReadonlySet<ErrorType> = new Set([
  'invalid_request',
  'client_closed',
  'shutdown',
  'unknown',
]);

/**
 * The way of one call. After a failure it goes, as far as the route allows it for this kind of failure: to the
 * targets of the same tier that were not tried yet, then again to those that were (with back-off, within
 * the provider's retry budget), then to the next tiers. Every try takes something that is finite, so the
 * plan always ends.
 */
export class CallPlan implements RoutePlan {
  readonly #parts: CallPlanParts;
  readonly #deadlineMs: number;
  readonly #tries = new Map<Place, number>();
  readonly #failedProviders = new Set<string>();
  readonly #calledProviders = new Set<string>();
  #retries = 0;
  #total = 0;
  #current: { readonly place: Place; settle(result: TryResult): void } | null = null;

  constructor(parts: CallPlanParts) {
    this.#parts = parts;
    this.#deadlineMs = parts.now() + parts.budgetMs;
  }

  get route(): string | null {
    return this.#parts.route;
  }

  get onDisconnect(): 'abort' | 'drain' {
    return this.#parts.policy.onDisconnect;
  }

  get candidates(): readonly Target[] {
    return this.#parts.places.map(({ target }) => target);
  }

  next(failed: TryResult | null): NextTry | null {
    const last = this.#current;
    if (failed === null || last === null) return last === null ? this.#first() : null;
    // The place has to be free before it can be taken again, whoever says first that the try is over.
    last.settle(failed);
    const { errorType } = failed;
    const { dialect } = last.place.target.provider;
    if (wasNotSent(failed)) {
      // What one dialect cannot say, another may.
      return this.#untried('invalid_request', ({ target }) => target.provider.dialect !== dialect);
    }
    if (failed.tooLong === true) {
      const { model } = last.place.target;
      return this.#untried('invalid_request', ({ target }) => target.model !== model);
    }
    if (errorType === null || FINAL.has(errorType) || this.#total >= MAX_TRIES) return null;
    this.#failedProviders.add(last.place.target.provider.id);
    const mayFallBack = includes(this.#parts.policy.fallbackOn, errorType);
    const tier = last.place.priority;
    return (
      (mayFallBack ? this.#untried(errorType, (place) => place.priority === tier) : null) ??
      (includes(this.#parts.policy.retries.on, errorType) ? this.#again(tier) : null) ??
      (mayFallBack ? this.#untried(errorType, (place) => place.priority !== tier) : null)
    );
  }

  /** Targets that asked to be left alone come after the others, but before none at all. */
  #first(): NextTry | null {
    const { places, policy } = this.#parts;
    const nowMs = this.#parts.now();
    const honoured = policy.retries.honourRetryAfter;
    const rested = places.filter(({ health }) => !honoured || health.restsUntilMs <= nowMs);
    for (const place of new Set([...rested, ...places])) {
      const started = this.#start(place, 0);
      if (started !== null) return started;
    }
    return null;
  }

  #untried(errorType: ErrorType, fits: (place: Place) => boolean): NextTry | null {
    const left = this.#parts.places.filter((place) => !this.#tries.has(place) && fits(place));
    for (const place of left) {
      const { provider } = place.target;
      const known = this.#failedProviders.has(provider.id);
      // The same credential would be refused again.
      if (errorType === 'unauthorized' && known) continue;
      const delayMs = this.#restOf(place);
      if (delayMs > 0) continue;
      const started = known ? this.#startWithinBudget(place, 0) : this.#start(place, 0);
      if (started !== null) return started;
    }
    return null;
  }

  /** One more try at a target of the tier that was tried already; the one tried least first. */
  #again(tier: number): NextTry | null {
    const { retries } = this.#parts.policy;
    if (this.#retries >= retries.max) return null;
    const tried = this.#parts.places
      .filter((place) => place.priority === tier && this.#tries.has(place))
      .toSorted((a, b) => (this.#tries.get(a) ?? 0) - (this.#tries.get(b) ?? 0));
    const waitMs = backOff(retries, this.#retries, this.#parts.random);
    for (const place of tried) {
      const restMs = this.#restOf(place);
      if (restMs > retries.maxBackoffMs) continue;
      const started = this.#startWithinBudget(place, Math.max(waitMs, restMs));
      if (started === null) continue;
      this.#retries += 1;
      return started;
    }
    return null;
  }

  /** Milliseconds for which the place's provider still wants to be left alone. */
  #restOf({ health }: Place): number {
    if (!this.#parts.policy.retries.honourRetryAfter) return 0;
    return Math.max(0, Math.ceil(health.restsUntilMs - this.#parts.now()));
  }

  #startWithinBudget(place: Place, delayMs: number): NextTry | null {
    const nowMs = this.#parts.now();
    if (!place.health.allows(nowMs)) return null;
    if (!place.budget.has(nowMs)) {
      this.#parts.metrics.retried(place, false);
      return null;
    }
    const started = this.#start(place, delayMs);
    if (started === null) return null;
    place.budget.take(nowMs);
    this.#parts.metrics.retried(place, true);
    return started;
  }

  #start(place: Place, delayMs: number): NextTry | null {
    const nowMs = this.#parts.now();
    if (nowMs + delayMs >= this.#deadlineMs) return null;
    const pass = place.health.enter(nowMs);
    if (pass === null) return null;
    this.#tries.set(place, (this.#tries.get(place) ?? 0) + 1);
    this.#total += 1;
    const { id } = place.target.provider;
    if (!this.#calledProviders.has(id)) place.budget.called(nowMs);
    this.#calledProviders.add(id);
    let open = true;
    const settle = (result: TryResult): void => {
      if (!open) return;
      open = false;
      place.health.leave(pass, result, this.#parts.now());
      this.#parts.metrics.ended(place, result);
    };
    this.#current = { place, settle };
    return { target: place.target, delayMs, done: settle };
  }
}

function includes(classes: readonly (FallbackClass | RetryableClass)[], type: ErrorType): boolean {
  return classes.some((known) => known === type);
}
