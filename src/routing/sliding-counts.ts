const PARTS = 10;

/** Two counts over the last `windowMs`, in ten parts: what is older falls out part by part. */
export class SlidingCounts {
  readonly #partMs: number;
  readonly #all = new Array<number>(PARTS).fill(0);
  readonly #marked = new Array<number>(PARTS).fill(0);
  #part = 0;

  constructor(windowMs: number) {
    this.#partMs = windowMs / PARTS;
  }

  /** Counts one; `marked` ones count twice over, among all and among the marked. Times never step backwards. */
  add(nowMs: number, marked: boolean): void {
    const at = this.#moveTo(nowMs);
    this.#all[at] = (this.#all[at] ?? 0) + 1;
    if (marked) this.#marked[at] = (this.#marked[at] ?? 0) + 1;
  }

  /** Marks one that was counted before. */
  mark(nowMs: number): void {
    const at = this.#moveTo(nowMs);
    this.#marked[at] = (this.#marked[at] ?? 0) + 1;
  }

  totals(nowMs: number): { readonly all: number; readonly marked: number } {
    this.#moveTo(nowMs);
    return { all: sum(this.#all), marked: sum(this.#marked) };
  }

  clear(): void {
    this.#all.fill(0);
    this.#marked.fill(0);
  }

  #moveTo(nowMs: number): number {
    const part = Math.floor(nowMs / this.#partMs);
    if (part - this.#part >= PARTS) this.clear();
    for (let next = Math.max(this.#part + 1, part - PARTS); next <= part; next += 1) {
      this.#all[next % PARTS] = 0;
      this.#marked[next % PARTS] = 0;
    }
    this.#part = Math.max(this.#part, part);
    return this.#part % PARTS;
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
