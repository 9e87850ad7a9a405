import type { ScoreDraft, Subject } from '../evaluators/define-evaluator.ts';

/** What is known of a call beside its texts; null where nothing is. */
export interface CallFacts {
  readonly origin: string;
  readonly status: string;
  readonly provider: string;
  readonly model: string | null;
  readonly responseModel: string | null;
  readonly route: string | null;
  readonly userId: string | null;
  readonly sessionId: string | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly promptName: string | null;
  readonly promptVersion: string | null;
  readonly latencyMs: number | null;
  readonly firstTokenMs: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly costMicroUsd: number | null;
}

/** One interaction to be scored. Plain data, so that it can be posted to another thread. */
export interface ScoreItem {
  /** Decides samples; of an interaction that is not stored yet, the id that it will have. */
  readonly interactionId: string;
  readonly projectId: string;
  readonly subject: Subject;
  readonly facts: CallFacts;
  /** Ask these evaluators alone; null asks all that are switched on. */
  readonly only?: readonly string[] | null;
  /** Do not ask these: what they say is known already. */
  readonly without?: readonly string[];
}

/** What one evaluator said of one item, or why it said nothing. */
export interface EvaluatorScores {
  readonly evaluator: string;
  /** With options other than its own, their hash follows behind a plus sign. */
  readonly version: string;
  readonly kind: 'rule' | 'detector' | 'judge';
  /** Empty when the evaluator does not apply, or failed. */
  readonly drafts: readonly ScoreDraft[];
  /** Null when all went well. */
  readonly error: string | null;
  readonly seconds: number;
}

/** What everybody said of one item, in the order in which they were asked. */
export type ItemScores = readonly EvaluatorScores[];

/** Scores items one by one; knows what was said of an item before it. Never throws. */
export interface Scorer {
  score(item: ScoreItem, before: ItemScores): ItemScores;
}

/** Scores items wherever that is done: in this thread or another one. Answers in the order of the items. */
export type ScoreItems = (items: readonly ScoreItem[]) => Promise<readonly ItemScores[]>;

/** Asks scorers one after the other about an item; later ones see what earlier ones said. */
export function scoreItem(scorers: readonly Scorer[], item: ScoreItem): ItemScores {
  let said: ItemScores = [];
  for (const scorer of scorers) said = [...said, ...scorer.score(item, said)];
  return said;
}

/** Scores in this very thread; for one text at a time, and for tests. */
export function scoreHere(scorers: readonly Scorer[]): ScoreItems {
  return (items) => Promise.resolve(items.map((item) => scoreItem(scorers, item)));
}
