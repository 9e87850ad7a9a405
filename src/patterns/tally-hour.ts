import type { Miner } from './miner.ts';
import { PLACES, placeOf } from './outcomes.ts';
import type { PromptedCall } from './read-hour.ts';

/** A call kept to be shown: its id, time in milliseconds, and place among the outcomes. */
export type StoredExample = readonly [string, number, number];

export interface FormTally {
  readonly counts: number[];
  examples: StoredExample[];
}

/** Where calls count whose form is not known by itself. */
export const OTHER = '00000000-0000-0000-0000-000000000000';
/** More forms of one hour count among the others. */
const MAX_FORMS = 500;
const BAD_EXAMPLES = 3;
const ALL_EXAMPLES = 5;

/** Counts the calls of one hour by the form of their prompts. */
export class HourTally {
  readonly #byForm = new Map<string, FormTally>();
  readonly #miner: Miner;

  constructor(miner: Miner) {
    this.#miner = miner;
  }

  add(call: PromptedCall): void {
    const atMs = call.createdAt.getTime();
    const form = this.#miner.take(call.prompt, atMs) ?? OTHER;
    const tally = this.#of(form);
    const place = placeOf(call);
    tally.counts[place] = (tally.counts[place] ?? 0) + 1;
    if (form !== OTHER) keepExample(tally, [call.id, atMs, place]);
  }

  /** The tallies of the most frequent forms that are still kept; the rest under `OTHER`. */
  forms(): ReadonlyMap<string, FormTally> {
    const kept = new Map<string, FormTally>();
    const sorted = [...this.#byForm].toSorted((a, b) => total(b[1]) - total(a[1]));
    for (const [form, tally] of sorted) {
      const isKept = kept.size < MAX_FORMS && this.#miner.has(form);
      const into = isKept ? form : OTHER;
      const before = kept.get(into);
      if (before === undefined) {
        kept.set(into, into === OTHER ? { counts: [...tally.counts], examples: [] } : tally);
      } else {
        for (const [place, count] of tally.counts.entries()) {
          before.counts[place] = (before.counts[place] ?? 0) + count;
        }
      }
    }
    return kept;
  }

  #of(form: string): FormTally {
    const known = this.#byForm.get(form);
    if (known !== undefined) return known;
    const fresh = { counts: Array.from({ length: PLACES }, () => 0), examples: [] };
    this.#byForm.set(form, fresh);
    return fresh;
  }
}

/** The newest few with anything wrong, and the newest others beside them. */
function keepExample(tally: FormTally, example: StoredExample): void {
  const all = [example, ...tally.examples];
  const bad = all.filter(([, , place]) => isBad(place)).slice(0, BAD_EXAMPLES);
  const rest = all.filter(([, , place]) => !isBad(place)).slice(0, ALL_EXAMPLES - BAD_EXAMPLES);
  tally.examples = [...bad, ...rest];
}

function isBad(place: number): boolean {
  return place >= 9 || Math.floor((place % 9) / 3) === 2 || place % 3 === 2;
}

function total({ counts }: FormTally): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
