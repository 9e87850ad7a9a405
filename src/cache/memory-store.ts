import type { CachedAnswer } from './answer-cache.ts';

interface Kept {
  readonly answer: CachedAnswer;
  readonly bytes: number;
}

/** The answers of one project, the least recently used first. */
interface Shelf {
  readonly epoch: number;
  readonly kept: Map<string, Kept>;
  bytes: number;
}

/** What a project may hold. */
export interface Room {
  readonly projectId: string;
  readonly epoch: number;
  readonly maxBytes: number;
}

export type Reason = 'size' | 'age' | 'emptied';

/** Memory of an answer beside its body: its names, its key, its places in tables. */
const OVERHEAD_BYTES = 700;

/**
 * Answers in the memory of one process, bounded in bytes by project and altogether. The least recently used of
 * the project goes first; when all together are too many, of the project that holds most.
 */
export class MemoryStore {
  readonly #maxBytes: number;
  readonly #onRemove: (reason: Reason) => void;
  readonly #shelves = new Map<string, Shelf>();
  #bytes = 0;
  #entries = 0;

  constructor(deps: { maxBytes: number; onRemove(reason: Reason): void }) {
    this.#maxBytes = deps.maxBytes;
    this.#onRemove = deps.onRemove;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#entries;
  }

  /** What a project holds. */
  holds(projectId: string): { entries: number; bytes: number } {
    const shelf = this.#shelves.get(projectId);
    return { entries: shelf?.kept.size ?? 0, bytes: shelf?.bytes ?? 0 };
  }

  /** An answer made after `notBeforeMs`; an older one is removed. */
  get(projectId: string, key: string, notBeforeMs: number): CachedAnswer | null {
    const shelf = this.#shelves.get(projectId);
    const found = shelf?.kept.get(key);
    if (shelf === undefined || found === undefined) return null;
    if (found.answer.storedAtMs <= notBeforeMs) {
      this.#remove(shelf, key, 'age');
      return null;
    }
    shelf.kept.delete(key);
    shelf.kept.set(key, found);
    return found.answer;
  }

  put(room: Room, key: string, answer: CachedAnswer): void {
    const bytes = answer.body.length + OVERHEAD_BYTES;
    if (bytes > Math.min(room.maxBytes, this.#maxBytes)) return;
    const shelf = this.#shelfOf(room);
    if (shelf.kept.has(key)) this.#remove(shelf, key, null);
    shelf.kept.set(key, { answer: { ...answer, body: ownBytes(answer.body) }, bytes });
    shelf.bytes += bytes;
    this.#bytes += bytes;
    this.#entries += 1;
    this.#shrink(shelf, room.maxBytes);
    while (this.#bytes > this.#maxBytes) this.#shrinkLargest();
  }

  /** Keeps what these projects may still hold; everything else goes. */
  keepOnly(roomOf: (projectId: string) => Room | null): void {
    for (const [projectId, shelf] of this.#shelves) {
      const room = roomOf(projectId);
      if (room?.epoch === shelf.epoch) this.#shrink(shelf, room.maxBytes);
      else this.#empty(projectId, shelf);
    }
  }

  /** Removes what is too old to be given again. */
  sweep(notBeforeMs: (projectId: string) => number): void {
    for (const [projectId, shelf] of this.#shelves) {
      const oldest = notBeforeMs(projectId);
      for (const [key, { answer }] of shelf.kept) {
        if (answer.storedAtMs <= oldest) this.#remove(shelf, key, 'age');
      }
      if (shelf.kept.size === 0) this.#shelves.delete(projectId);
    }
  }

  #shelfOf({ projectId, epoch }: Room): Shelf {
    const known = this.#shelves.get(projectId);
    if (known?.epoch === epoch) return known;
    if (known !== undefined) this.#empty(projectId, known);
    const shelf = { epoch, kept: new Map<string, Kept>(), bytes: 0 };
    this.#shelves.set(projectId, shelf);
    return shelf;
  }

  #shrink(shelf: Shelf, maxBytes: number): void {
    for (const key of shelf.kept.keys()) {
      if (shelf.bytes <= maxBytes) return;
      this.#remove(shelf, key, 'size');
    }
  }

  #shrinkLargest(): void {
    let largest: Shelf | null = null;
    for (const shelf of this.#shelves.values()) {
      if (largest === null || shelf.bytes > largest.bytes) largest = shelf;
    }
    const [oldest] = largest?.kept.keys() ?? [];
    if (largest === null || oldest === undefined) throw new Error('Bytes without answers.');
    this.#remove(largest, oldest, 'size');
  }

  #empty(projectId: string, shelf: Shelf): void {
    for (const key of shelf.kept.keys()) this.#remove(shelf, key, 'emptied');
    this.#shelves.delete(projectId);
  }

  /** `reason` null: a newer answer takes its place. */
  #remove(shelf: Shelf, key: string, reason: Reason | null): void {
    const kept = shelf.kept.get(key);
    if (kept === undefined) return;
    shelf.kept.delete(key);
    shelf.bytes -= kept.bytes;
    this.#bytes -= kept.bytes;
    this.#entries -= 1;
    if (reason !== null) this.#onRemove(reason);
  }
}

/** Bytes that hold no larger memory alive. */
function ownBytes(body: Buffer): Buffer {
  if (body.buffer.byteLength === body.byteLength) return body;
  const own = Buffer.allocUnsafeSlow(body.length);
  body.copy(own);
  return own;
}
