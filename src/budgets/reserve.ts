import type { BudgetCharge, Usage } from '../interactions/record.ts';

/** A call that wants to spend. */
export interface SpendQuestion {
  readonly interactionId: string;
  readonly projectId: string;
  readonly keyId: string | null;
  readonly userId: string | null;
  /** The caller's model name, then every provider and model that may serve the call; the dearest counts. */
  readonly model: string | null;
  readonly candidates: readonly { readonly provider: string; readonly model: string | null }[];
  readonly inputBytes: number;
  /** What the request allows at most; null takes the model's usual answer. */
  readonly maxOutputTokens: number | null;
  /** How many answers of that length are asked for; default 1. */
  readonly answers?: number;
}

export type Reservation =
  | {
      readonly granted: true;
      /** Warnings for the reply header `x-lqo-budget`, worst first; null when all is well. */
      readonly notice: string | null;
      /**
       * Must be called exactly once when the call is over. Corrects the reservation to the bill as far as
       * it is known; a call that cost nothing (cache hit, refused) gives it back. Answers what the record carries.
       */
      settle(bill: Bill): readonly BudgetCharge[];
    }
  | { readonly granted: false; readonly message: string; readonly resetsAt: Date };

export interface Bill {
  /** Null: unknown; the estimate stands until the loader knows better. */
  readonly usage: Usage | null;
  readonly provider: string;
  readonly model: string | null;
  /** True when the provider was never reached: nothing is owed. */
  readonly free: boolean;
}

/** Budgets of projects, keys, users and models. */
export interface BudgetKeeper {
  /** Whether any budget could apply to this project: lets calls without budgets skip all of it. */
  applies(projectId: string): boolean;
  /** Synchronous while the process holds enough; a promise where more has to be fetched. Never rejects. */
  reserve(question: SpendQuestion): Reservation | Promise<Reservation>;
}
