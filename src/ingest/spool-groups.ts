import type { SplitRecord } from './spool-body.ts';
import { LineBuffer } from './spool-line.ts';

interface Waiter {
  resolve(outcome: 'spooled' | 'dropped'): void;
  reject(error: Error): void;
}

/** Records that are written by one call. */
export interface Group {
  /** Sequence of its first record; those of the others follow without a gap. */
  readonly first: number;
  /** How many records had been dropped at the door when it was begun. */
  readonly droppedBefore: number;
  readonly lines: LineBuffer;
  /** Where each line ends within the group. */
  readonly ends: number[];
  readonly waiters: Waiter[];
}

/** Groups that wait to be written, oldest first. Appends join the last one until it is sealed. */
export class GroupQueue {
  readonly #groups: Group[] = [];
  #sealed = true;
  #spare: LineBuffer | null = null;

  get waiting(): number {
    return this.#groups.length;
  }

  get bytes(): number {
    let bytes = 0;
    for (const { lines } of this.#groups) bytes += lines.length;
    return bytes;
  }

  add(
    { sequence, droppedBefore }: { sequence: number; droppedBefore: number },
    { json, bodies, resolve, reject }: Waiter & SplitRecord,
  ): void {
    const group = this.#open(sequence, droppedBefore);
    group.ends.push(group.lines.add(sequence, json, bodies));
    group.waiters.push({ resolve, reject });
  }

  /** The next append begins a new group, because a sequence is left out. */
  seal(): void {
    this.#sealed = true;
  }

  take(): Group | null {
    const group = this.#groups.shift() ?? null;
    if (this.#groups.length === 0) this.#sealed = true;
    return group;
  }

  /** Gives the memory of a written group back. */
  recycle(group: Group): void {
    group.lines.clear();
    this.#spare = group.lines;
  }

  #open(sequence: number, droppedBefore: number): Group {
    const last = this.#groups.at(-1);
    if (last !== undefined && !this.#sealed) return last;
    const lines = this.#spare ?? new LineBuffer();
    this.#spare = null;
    this.#sealed = false;
    const group = { first: sequence, droppedBefore, lines, ends: [], waiters: [] };
    this.#groups.push(group);
    return group;
  }
}
