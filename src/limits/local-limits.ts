import type { Clock } from '../core/clock.ts';
import { GRAINS, levelAt } from './allowance.ts';
import type { Demand, LimitRule } from './rules.ts';
import { fits, type Levels } from './verdict.ts';

interface State {
  readonly rule: LimitRule;
  readonly subject: string;
  /** Grains in use at `atMs`; may exceed the limit when calls cost more than was expected. */
  level: number;
  atMs: number;
  /** Calls under way. */
  held: number;
}

/** What is in use of one allowance. */
export interface Use {
  readonly rule: LimitRule;
  readonly subject: string;
  /** Grains, or the number of calls under way. */
  readonly level: number;
}

export type Taken =
  | { readonly taken: true; readonly levels: Levels }
  | { readonly taken: false; readonly levels: Levels };

/** Old allowances looked at when a new one is made: more than one, so that memory shrinks again. */
const LOOKED_AT = 2;
const LOOKED_AT_WHEN_FULL = 16;

/**
 * Allowances in the memory of one process. An allowance is forgotten once it is full again. Beyond
 * `maxSubjects` one of the oldest is forgotten although it is in use (its subject starts afresh; `onForget` tells);
 * those with calls under way never are, so the number can be exceeded by them.
 */
export class LocalLimits {
  readonly #clock: Clock;
  readonly #maxSubjects: number;
  readonly #onForget: () => void;
  readonly #states = new Map<string, State>();

  constructor(deps: { clock: Clock; maxSubjects: number; onForget(): void }) {
    this.#clock = deps.clock;
    this.#maxSubjects = deps.maxSubjects;
    this.#onForget = deps.onForget;
  }

  get size(): number {
    return this.#states.size;
  }

  /** Takes all demands or none. `levels` are those after taking, or those that were in the way. */
  take(demands: readonly Demand[]): Taken {
    const nowMs = this.#now();
    const levels = demands.map((demand) => this.#level(demand, nowMs));
    for (const [index, demand] of demands.entries()) {
      if (!fits(demand, levels[index] ?? 0)) return { taken: false, levels };
    }
    return { taken: true, levels: demands.map((demand) => this.#add(demand, nowMs)) };
  }

  /** Takes all demands whether they fit or not: somebody else has decided. */
  book(demands: readonly Demand[]): void {
    const nowMs = this.#now();
    for (const demand of demands) this.#add(demand, nowMs);
  }

  /** Ends a call: gives back its places, and corrects its tokens to what it cost (null: unknown, the estimate stands). */
  giveBack(demands: readonly Demand[], tokens: number | null): void {
    const nowMs = this.#now();
    for (const demand of demands) {
      if (demand.rule.metric === 'concurrent_requests') this.#release(demand);
      else if (demand.rule.metric === 'tokens_per_minute' && tokens !== null) {
        this.#correct(demand, tokens - demand.amount, nowMs);
      }
    }
  }

  /** What is in use in a project of the rules that still hold, in no order; full allowances are left out. */
  uses(projectId: string, ruleOf: (id: string) => LimitRule | null): Use[] {
    const nowMs = this.#now();
    const uses: Use[] = [];
    for (const state of this.#states.values()) {
      if (state.rule.projectId !== projectId) continue;
      const rule = ruleOf(state.rule.id);
      if (rule === null) continue;
      const level = state.held > 0 ? state.held : levelAt(state, rule.limit, nowMs);
      if (level > 0) uses.push({ rule, subject: state.subject, level });
    }
    return uses;
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic());
  }

  #level({ key, rule }: Demand, nowMs: number): number {
    const state = this.#states.get(key);
    if (state === undefined) return 0;
    if (rule.metric === 'concurrent_requests') return state.held;
    return levelAt(state, rule.limit, nowMs);
  }

  #add(demand: Demand, nowMs: number): number {
    const state = this.#states.get(demand.key) ?? this.#create(demand, nowMs);
    if (demand.rule.metric === 'concurrent_requests') {
      state.held += 1;
      return state.held;
    }
    state.level = levelAt(state, demand.rule.limit, nowMs) + demand.amount * GRAINS;
    state.atMs = Math.max(state.atMs, nowMs);
    return state.level;
  }

  #release({ key }: Demand): void {
    const state = this.#states.get(key);
    if (state === undefined) return;
    state.held = Math.max(0, state.held - 1);
    if (state.held === 0) this.#states.delete(key);
  }

  #correct(demand: Demand, by: number, nowMs: number): void {
    const state =
      this.#states.get(demand.key) ?? (by > 0 ? this.#create(demand, nowMs) : undefined);
    if (state === undefined) return;
    state.level = Math.max(0, levelAt(state, demand.rule.limit, nowMs) + Math.round(by * GRAINS));
    state.atMs = Math.max(state.atMs, nowMs);
  }

  #create({ rule, subject, key }: Demand, nowMs: number): State {
    this.#makeRoom(nowMs);
    const state = { rule, subject, level: 0, atMs: nowMs, held: 0 };
    this.#states.set(key, state);
    return state;
  }

  #makeRoom(nowMs: number): void {
    const full = this.#states.size >= this.#maxSubjects;
    let looksLeft = full ? LOOKED_AT_WHEN_FULL : LOOKED_AT;
    let candidate: string | null = null;
    for (const [key, state] of this.#states) {
      if (looksLeft === 0) break;
      looksLeft -= 1;
      this.#states.delete(key);
      const idle = state.held === 0 && levelAt(state, state.rule.limit, nowMs) === 0;
      if (idle) continue;
      // Back to the end of the line, so that the next look meets others.
      this.#states.set(key, state);
      if (state.held === 0) candidate ??= key;
    }
    if (this.#states.size < this.#maxSubjects || candidate === null) return;
    this.#states.delete(candidate);
    this.#onForget();
  }
}
