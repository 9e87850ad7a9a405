/**
 * Run lengths of a walk on cells 0, 1, 2, … that never goes below 0 and stops at `states`: what a CUSUM does when its
 * steps are rounded to a grid. Source: Brook, Evans 1972, Biometrika 59(3), "An approach to the probability
 * distribution of cusum run length".
 */
export interface LatticeWalk {
  /** How many cells one step can go down at most. */
  readonly down: number;
  /** `chances[i]` is the probability of moving by `i − down` cells; they add up to 1. */
  readonly chances: readonly number[];
}

/** A walk that moves by these amounts (in cells, fractions are split between neighbours so that means stay). */
export function walkOf(
  moves: readonly { readonly cells: number; readonly chance: number }[],
): LatticeWalk {
  const lowest = Math.min(0, ...moves.map(({ cells }) => Math.floor(cells)));
  const highest = Math.max(0, ...moves.map(({ cells }) => Math.ceil(cells)));
  const chances = new Array<number>(highest - lowest + 1).fill(0);
  for (const { cells, chance } of moves) {
    const below = Math.floor(cells);
    const above = cells - below;
    chances[below - lowest] = (chances[below - lowest] ?? 0) + chance * (1 - above);
    if (above > 0)
      chances[below + 1 - lowest] = (chances[below + 1 - lowest] ?? 0) + chance * above;
  }
  return { down: -lowest, chances };
}

/**
 * The expected number of steps until a walk from 0 reaches `states` (at least 1): solves (I − Q) L = 1 by elimination
 * within the band of the matrix. Exact but for rounding, which grows with the answer: good to 1e12 steps.
 */
export function averageRunLength({ down, chances }: LatticeWalk, states: number): number {
  const width = chances.length;
  const band = new Float64Array(states * width);
  const lengths = new Float64Array(states).fill(1);
  for (let row = 0; row < states; row++) fillRow(band, { row, states, down, chances });
  for (let row = 0; row < states; row++) eliminate(band, lengths, { row, width, down });
  return solveUpwards(band, lengths, { width, down });
}

interface Pivot {
  readonly row: number;
  readonly width: number;
  readonly down: number;
}

/** Takes the column of this row out of the rows below it. */
function eliminate(band: Float64Array, lengths: Float64Array, { row, width, down }: Pivot): void {
  const last = lengths.length - 1;
  const first = row * width + down;
  const end = first + Math.min(width - 1 - down, last - row);
  for (let below = row + 1; below <= Math.min(last, row + down); below++) {
    const shift = (below - row) * (width - 1);
    const factor = (band[first + shift] ?? 0) / (band[first] ?? 1);
    if (factor === 0) continue;
    for (let at = first; at <= end; at++) {
      band[at + shift] = (band[at + shift] ?? 0) - factor * (band[at] ?? 0);
    }
    lengths[below] = (lengths[below] ?? 0) - factor * (lengths[row] ?? 0);
  }
}

interface Row {
  readonly row: number;
  readonly states: number;
  readonly down: number;
  readonly chances: readonly number[];
}

/** One row of I − Q; what would fall below 0 stays at 0. */
function fillRow(band: Float64Array, { row, states, down, chances }: Row): void {
  const start = row * chances.length;
  chances.forEach((chance, at) => {
    const column = Math.max(0, row + at - down);
    if (column >= states) return;
    const place = start + column - row + down;
    band[place] = (band[place] ?? 0) - chance;
  });
  band[start + down] = (band[start + down] ?? 0) + 1;
}

function solveUpwards(
  band: Float64Array,
  lengths: Float64Array,
  { width, down }: { readonly width: number; readonly down: number },
): number {
  const states = lengths.length;
  const up = width - 1 - down;
  for (let row = states - 1; row >= 0; row--) {
    let rest = lengths[row] ?? 0;
    for (let move = 1; move <= Math.min(up, states - 1 - row); move++) {
      rest -= (band[row * width + down + move] ?? 0) * (lengths[row + move] ?? 0);
    }
    lengths[row] = rest / (band[row * width + down] ?? 1);
  }
  return lengths[0] ?? 0;
}

/** Multiplications that a quantile may cost; beyond it gives up. */
const MOST_WORK = 2e8;

/**
 * After how many steps a share `quantile` of walks from 0 has reached `states`; null where counting that out would take
 * longer than about a second.
 */
export function runLengthQuantile(
  { down, chances }: LatticeWalk,
  states: number,
  quantile: number,
): number | null {
  const moves = chances
    .map((chance, at) => ({ chance, by: at - down }))
    .filter(({ chance }) => chance > 0);
  const mostSteps = MOST_WORK / (moves.length * states);
  let now = new Float64Array(states);
  let next = new Float64Array(states);
  now[0] = 1;
  let alive = 1;
  for (let step = 1; step <= mostSteps; step++) {
    next.fill(0);
    for (const { chance, by } of moves) {
      const end = Math.min(states, states - by);
      for (let from = 0; from < end; from++) {
        const to = Math.max(0, from + by);
        next[to] = (next[to] ?? 0) + chance * (now[from] ?? 0);
      }
    }
    [now, next] = [next, now];
    alive = now.reduce((sum, chance) => sum + chance, 0);
    if (1 - alive >= quantile) return step;
  }
  return null;
}
