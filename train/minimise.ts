/** A function to minimise: answers its value at `point` and writes its gradient. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface MinimiseOptions {
  readonly iterations: number;
  /** Ends when the gradient's length falls below this. */
  readonly tolerance: number;
  readonly onIteration?: (iteration: number, value: number) => void;
}

const MEMORY = 8;
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 30;

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

/**
 * The minimum of a smooth convex function, from zero, by L-BFGS with halving steps. No randomness: the same
 * function gives the same point to the last bit. Source: Nocedal and Wright, Numerical Optimization, algorithm 7.5.
 */
export function minimise(
  objective: Objective,
  size: number,
  options: MinimiseOptions,
): Float64Array {
  let here = evaluate(objective, new Float64Array(size));
  const pairs: Pair[] = [];
  for (let iteration = 1; iteration <= options.iterations; iteration += 1) {
    if (length(here.gradient) < options.tolerance) break;
    const next = step(objective, here, pairs);
    if (next === null) break;
    remember(pairs, difference(next.point, here.point), difference(next.gradient, here.gradient));
    here = next;
    options.onIteration?.(iteration, here.value);
  }
  return here.point;
}

interface Place {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

function evaluate(objective: Objective, point: Float64Array): Place {
  const gradient = new Float64Array(point.length);
  const value = objective(point, gradient);
  return { point, gradient, value };
}

/** The next place, by halving the step until it goes down enough; null when no step does. */
function step(objective: Objective, here: Place, pairs: readonly Pair[]): Place | null {
  const direction = descentDirection(here.gradient, pairs);
  const slope = dot(here.gradient, direction);
  let rate = pairs.length === 0 ? Math.min(1, 1 / length(here.gradient)) : 1;
  for (let halvings = 0; halvings < MAX_HALVINGS; halvings += 1) {
    const point = here.point.slice();
    add(point, direction, rate);
    const next = evaluate(objective, point);
    if (next.value <= here.value + SUFFICIENT_DECREASE * rate * slope) return next;
    rate /= 2;
  }
  return null;
}

function length(vector: Float64Array): number {
  return Math.sqrt(dot(vector, vector));
}

/** Minus the gradient, turned by what the last steps showed of the curvature. */
function descentDirection(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const shares: number[] = [];
  for (const { step, change, curvature } of pairs.toReversed()) {
    const share = dot(step, direction) / curvature;
    shares.push(share);
    add(direction, change, -share);
  }
  const last = pairs.at(-1);
  if (last !== undefined) {
    const scale = last.curvature / dot(last.change, last.change);
    for (let at = 0; at < direction.length; at += 1) direction[at] = (direction[at] ?? 0) * scale;
  }
  for (const { step, change, curvature } of pairs) {
    const share = shares.pop() ?? 0;
    add(direction, step, share - dot(change, direction) / curvature);
  }
  return direction;
}

function remember(pairs: Pair[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (curvature <= 0) return;
  pairs.push({ step, change, curvature });
  if (pairs.length > MEMORY) pairs.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

function add(target: Float64Array, other: Float64Array, factor: number): void {
  for (let at = 0; at < target.length; at += 1)
    target[at] = (target[at] ?? 0) + factor * (other[at] ?? 0);
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, at) => value - (b[at] ?? 0));
}
