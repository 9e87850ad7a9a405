/** How far a provider is heard out after its caller left. */
export const DRAIN_MAX_BYTES = 16 * 1024 * 1024;
export const DRAIN_MAX_MS = 60_000;
const MAX_DRAINS = 64;

/** Calls whose caller left and whose provider is heard out: a bounded number of them. */
export class Drains {
  #running = 0;

  /** Takes a place; false when all are taken. */
  begin(): boolean {
    if (this.#running >= MAX_DRAINS) return false;
    this.#running += 1;
    return true;
  }

  end(): void {
    this.#running -= 1;
  }
}
