import { createHash } from 'node:crypto';

/** Ids that we made begin like this; Gemini never sees them. Letters that every dialect allows. */
const MADE = 'call_gm_';

/** Whether the id is one of ours, made for a call that came without. */
export function isMadeId(id: string): boolean {
  return id.startsWith(MADE);
}

/** What tells one call of an answer from all others. */
export interface AnsweredCall {
  readonly responseId: string;
  readonly choice: number;
  /** How many calls of this candidate came before. */
  readonly call: number;
  readonly name: string;
}

/** The id of a call in an answer that names none: the same for the same answer, streamed or whole. */
export function madeId({ responseId, choice, call, name }: AnsweredCall): string {
  const text = JSON.stringify([responseId, choice, call, name]);
  return MADE + createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Ids of the calls of one conversation, and which call a response answers that names none: the first one
 * of its function that has no answer yet. Ids made here count the calls, so they stay as it grows.
 */
export class ConversationCalls {
  #count = 0;
  #open: { readonly id: string; readonly name: string }[] = [];

  called(id: string | null, name: string): string {
    const known = id ?? `${MADE}${this.#count}`;
    this.#count += 1;
    this.#open.push({ id: known, name });
    return known;
  }

  /** The id of the call that is answered; null when there is none to answer. */
  answered(id: string | null, name: string): string | null {
    const place = this.#open.findIndex((call) =>
      id === null ? call.name === name : call.id === id,
    );
    const found = this.#open[place]?.id ?? id;
    if (place !== -1) this.#open.splice(place, 1);
    return found;
  }
}
